/* The roles of the site. */
import type { ColumnDef } from '@tanstack/react-table';
import { Link } from 'react-router';

import { type Page, useAsk } from '../asking';
import { Grid } from '../grid';
import type { Row } from '../rpc';
import { Answer, LEVELS, Level, plain, Screen } from '../show';

const columns: ColumnDef<Row>[] = [
  { id: 'name', header: 'Role', cell: ({ row }) => <Link to={`/roles/${row.original.RoleID}`}>{plain(row.original.RoleName)}</Link> },
  { id: 'describe', header: 'Description', cell: ({ row }) => plain(row.original.RoleDescription) },
  { id: 'admins', header: 'Administrators', cell: ({ row }) => plain(row.original.NumberOfAdmins) },
  { id: 'level', header: 'Level', cell: ({ row }) => <Level name={LEVELS[Number(row.original.RequiredLevel)] ?? 'domain'} /> },
  { id: 'built', header: 'Built in', cell: ({ row }) => plain(row.original.IsBuiltIn) },
  { id: 'declared', header: 'Declared in', cell: ({ row }) => plain(row.original.DeclaredIn) },
];

export default function Roles() {
  const all = useAsk<Page>('object.list', { class: 'SMS_Role', limit: 1000, order: 'RoleName' });
  return (
    <Screen title="Roles">
      <Answer of={all}>{(data) => <Grid label="Roles" rows={data.items} columns={columns} />}</Answer>
    </Screen>
  );
}
