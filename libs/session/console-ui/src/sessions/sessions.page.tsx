import { useMemo } from 'react';
import { useRouter } from '../router/router';
import { PageHeading } from '../ui/page-heading';
import { FilterForm } from './filter-form';
import { filterOfQuery, isEmptyFilter, queryOfFilter } from './session-filter';
import { SessionResults } from './session-results';

/** All live sessions, with a filter that the address keeps. */
export default function SessionsPage() {
  const { query, hrefOf, navigate } = useRouter();
  const filter = useMemo(() => filterOfQuery(query), [query]);
  const key = queryOfFilter(filter);
  return (
    <>
      <PageHeading>Sessions</PageHeading>
      <FilterForm
        key={`form${key}`}
        filter={filter}
        isOpen={!isEmptyFilter(filter)}
        onApply={(applied) => {
          navigate(hrefOf('sessions') + queryOfFilter(applied));
        }}
      />
      <SessionResults key={`results${key}`} filter={filter} />
    </>
  );
}
