/* Every class of the site. */
import { SearchInput } from '@patternfly/react-core/dist/dynamic/components/SearchInput';
import type { ColumnDef } from '@tanstack/react-table';
import { Link, useSearchParams } from 'react-router';

import { type ClassInfo, useClasses } from '../asking';
import { Grid } from '../grid';
import { Answer, Screen } from '../show';

const columns: ColumnDef<ClassInfo>[] = [
  { id: 'name', header: 'Class', cell: ({ row }) => <Link to={`/objects/${row.original.name}`}>{row.original.name}</Link> },
  { id: 'describe', header: 'What', accessorKey: 'describe' },
  { id: 'kind', header: 'Kind', cell: ({ row }) => (row.original.inventory ? 'inventory' : 'object') },
];

export default function Classes() {
  const classes = useClasses();
  const [search, setSearch] = useSearchParams();
  const word = (search.get('word') ?? '').toLowerCase();
  const find = (text: string) => setSearch(text ? { word: text } : {}, { replace: true });
  return (
    <Screen title="Objects">
      <div className="filters">
        <SearchInput aria-label="Find a class" placeholder="Find a class" value={word}
          onChange={(_, text) => find(text)} onClear={() => find('')} />
      </div>
      <Answer of={classes}>
        {(data) => (
          <Grid label="Classes" columns={columns}
            rows={data.items.filter((one) => `${one.name} ${one.describe}`.toLowerCase().includes(word))} />
        )}
      </Answer>
    </Screen>
  );
}
