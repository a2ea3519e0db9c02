import type { ReactNode } from 'react';
import { Dialog as AriaDialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';

interface Properties {
  title: string;
  children: ReactNode;
  onClose: () => void;
  /** `alertdialog` interrupts with a question about something that cannot be undone. */
  role?: 'dialog' | 'alertdialog';
}

/** A modal dialog. It keeps the focus inside, closes on Escape, and returns the focus when it closes. */
export function Dialog({ title, children, onClose, role = 'dialog' }: Properties) {
  return (
    <ModalOverlay
      isOpen
      isDismissable={role === 'dialog'}
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose();
      }}
      className="overlay"
    >
      <Modal className="modal">
        <AriaDialog role={role} className="dialog">
          <Heading slot="title">{title}</Heading>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
