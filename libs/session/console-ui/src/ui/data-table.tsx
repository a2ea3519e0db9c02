import type { ComponentProps, ReactNode } from 'react';

export interface Column<T> {
  readonly label: string;
  readonly render: (row: T) => ReactNode;
  /** Names the row, for screen readers. */
  readonly isRowHeader?: boolean;
  /** The label is for screen readers only, such as that of buttons. */
  readonly isLabelHidden?: boolean;
}

interface Properties<T> extends Pick<
  ComponentProps<'tbody'>,
  'onPointerEnter' | 'onPointerLeave' | 'onFocus' | 'onBlur'
> {
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string;
  readonly classOf?: (row: T) => string;
}

/**
 * A table, which becomes a list of cards on narrow screens. The roles are written down because some browsers
 * drop those of elements that are no longer displayed as a table.
 */
export function DataTable<T>(properties: Properties<T>) {
  const { label, columns, rows, keyOf, classOf = () => '', ...body } = properties;
  return (
    <table className="table" role="table" aria-label={label}>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((column) => (
            <th key={column.label} role="columnheader" scope="col">
              <span className={column.isLabelHidden === true ? 'hidden' : ''}>{column.label}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup" {...body}>
        {rows.map((row) => (
          <tr key={keyOf(row)} role="row" className={classOf(row)}>
            {columns.map((column) => cellOf(column, row))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function cellOf<T>({ label, render, isRowHeader, isLabelHidden }: Column<T>, row: T) {
  const shown = isLabelHidden === true ? {} : { 'data-label': label };
  const content = <div className="cell">{render(row)}</div>;
  return isRowHeader === true ? (
    <th key={label} role="rowheader" scope="row" {...shown}>
      {content}
    </th>
  ) : (
    <td key={label} role="cell" {...shown}>
      {content}
    </td>
  );
}
