import { FieldError } from 'react-aria-components/FieldError';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { Text } from 'react-aria-components/Text';
import { TextField as AriaTextField, type TextFieldProps } from 'react-aria-components/TextField';

interface Properties extends Omit<TextFieldProps, 'className' | 'style' | 'children'> {
  label: string;
  hint?: string;
  /** Message below the field; the field is invalid while there is one. */
  error?: string | null;
  placeholder?: string;
  autoCapitalize?: string;
}

export function TextField(properties: Properties) {
  const { label, hint, error, placeholder, autoCapitalize, ...others } = properties;
  const isInvalid = typeof error === 'string';
  return (
    <AriaTextField {...others} isInvalid={isInvalid} validationBehavior="aria" className="field">
      <Label>{label}</Label>
      <Input placeholder={placeholder} autoCapitalize={autoCapitalize} />
      {hint === undefined ? null : (
        <Text slot="description" className="hint">
          {hint}
        </Text>
      )}
      <FieldError className="field-error">{error}</FieldError>
    </AriaTextField>
  );
}
