import { type ComponentType, lazy, Suspense, useRef } from 'react';
import { useApi } from '../console.context';
import type { PageName } from '../router/route-path';
import { useRouter } from '../router/router';
import { useCurrent } from '../sign-in/identity';
import { EmptyState } from '../ui/empty-state';
import { PageHeading } from '../ui/page-heading';
import { Skeleton } from '../ui/skeleton';
import { Link } from '../router/link';
import { Navigation } from './navigation';
import { PageBoundary } from './page-boundary';
import { pagesFor, PAGE_TITLES } from './pages';

/** Pages load when they are first shown. */
const PAGES: Readonly<Record<PageName, ComponentType>> = {
  overview: lazy(() => import('../overview/overview.page')),
  account: lazy(() => import('../account/account.page')),
  sessions: lazy(() => import('../sessions/sessions.page')),
  ended: lazy(() => import('../ended/ended.page')),
  users: lazy(() => import('../users/users.page')),
  services: lazy(() => import('../services/services.page')),
  health: lazy(() => import('../health/health.page')),
};

/** The frame of all pages, with the page of the current place. */
export function Shell() {
  const { config } = useApi();
  const { page, name } = useRouter();
  const { isAdmin } = useCurrent();
  const main = useRef<HTMLElement>(null);
  const shown = page === 'home' ? (isAdmin ? 'overview' : 'account') : page;
  return (
    <div className="shell">
      <button
        type="button"
        className="skip"
        onClick={() => {
          main.current?.focus();
        }}
      >
        Skip to the content
      </button>
      <Navigation shown={shown === 'missing' ? 'account' : shown} />
      <main ref={main} tabIndex={-1}>
        <PageBoundary key={shown + (name ?? '')}>
          <Suspense fallback={<Skeleton label="the page" />}>{content()}</Suspense>
        </PageBoundary>
      </main>
    </div>
  );

  function content() {
    if (shown === 'missing') return <MissingPage />;
    if (!pagesFor(isAdmin, config).includes(shown)) return <RefusedPage page={shown} />;
    const Page = PAGES[shown];
    return <Page />;
  }
}

function MissingPage() {
  const { hrefOf } = useRouter();
  return (
    <>
      <PageHeading>Page not found</PageHeading>
      <EmptyState icon="warning" title="The console has no page at this address.">
        <Link href={hrefOf('account')}>Go to my account</Link>
      </EmptyState>
    </>
  );
}

function RefusedPage({ page }: { page: PageName }) {
  const { role } = useApi().config;
  return (
    <>
      <PageHeading>{PAGE_TITLES[page]}</PageHeading>
      <EmptyState icon="warning" title={`This page needs the role “${role}”.`}>
        Ask an administrator to add it to your account, then load the page again.
      </EmptyState>
    </>
  );
}
