import { useState } from 'react';
import { useApi } from '../console.context';
import { Link } from '../router/link';
import type { PageName } from '../router/route-path';
import { useRouter } from '../router/router';
import { useCurrent, useIdentity } from '../sign-in/identity';
import { Button } from '../ui/button';
import { Icon } from '../ui/icon';
import { problemAdvice } from '../api/problem-advice';
import { useAnnounce } from './announcer';
import { PAGE_TITLES, pagesFor } from './pages';

/** Name of the console, links to its pages, and the sign-out. On narrow screens a button opens the links. */
export function Navigation({ shown }: { shown: PageName }) {
  const { config } = useApi();
  const { hrefOf } = useRouter();
  const { isAdmin, user } = useCurrent();
  const { signOut } = useIdentity();
  const announce = useAnnounce();
  const [isOpen, setOpen] = useState(false);
  const leave = () => {
    signOut().catch((error: unknown) => {
      announce(problemAdvice(error));
    });
  };
  return (
    <header className="sidebar" data-open={isOpen}>
      <div className="sidebar-top">
        <p className="brand">
          <img src="./icon.svg" alt="" width="28" height="28" />
          {config.title}
        </p>
        <span className="menu-button">
          <Button
            kind="quiet"
            aria-expanded={isOpen}
            aria-controls="navigation"
            onPress={() => {
              setOpen(!isOpen);
            }}
          >
            <Icon name="menu" />
            Menu
          </Button>
        </span>
      </div>
      <nav id="navigation" aria-label="Console">
        <ul>
          {pagesFor(isAdmin, config).map((page) => (
            <li key={page}>
              <Link
                href={hrefOf(page)}
                aria-current={page === shown ? 'page' : undefined}
                onClick={() => {
                  setOpen(false);
                }}
              >
                <Icon name={page} />
                {PAGE_TITLES[page]}
              </Link>
            </li>
          ))}
        </ul>
        <div className="signed-in">
          <p>
            <span className="muted">Signed in as</span> <strong>{user.username}</strong>
          </p>
          <Button isSmall onPress={leave}>
            <Icon name="out" />
            Sign out
          </Button>
        </div>
      </nav>
    </header>
  );
}
