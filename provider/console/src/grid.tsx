/* A table of rows: TanStack keeps the columns, PatternFly draws them. */
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { type ColumnDef, flexRender, getCoreRowModel, useReactTable } from '@tanstack/react-table';

export function Grid<T>({ rows, columns, label, onSort, order }: {
  rows: T[];
  columns: ColumnDef<T>[];
  label: string;
  order?: string;
  onSort?: (id: string) => void;
}) {
  const table = useReactTable({ data: rows, columns, getCoreRowModel: getCoreRowModel() });
  const [head] = table.getHeaderGroups();
  const at = head.headers.findIndex((one) => one.id === order?.replace(/ desc$/, ''));
  return (
    <div className="scrolled" tabIndex={0} role="region" aria-label={label}>
      <Table variant="compact" aria-label={label} gridBreakPoint="">
        <Thead>
          <Tr>
            {head.headers.map((one, index) => (
              <Th key={one.id} sort={onSort && one.column.columnDef.enableSorting !== false ? {
                sortBy: { index: at, direction: order?.endsWith(' desc') ? 'desc' : 'asc' },
                onSort: () => onSort(one.id),
                columnIndex: index,
              } : undefined}>
                {flexRender(one.column.columnDef.header, one.getContext())}
              </Th>
            ))}
          </Tr>
        </Thead>
        <Tbody>
          {table.getRowModel().rows.map((row) => (
            <Tr key={row.id}>
              {row.getVisibleCells().map((cell) => (
                <Td key={cell.id}>{flexRender(cell.column.columnDef.cell, cell.getContext())}</Td>
              ))}
            </Tr>
          ))}
        </Tbody>
      </Table>
      {rows.length === 0 && <p className="nothing">Nothing here that you may see.</p>}
    </div>
  );
}
