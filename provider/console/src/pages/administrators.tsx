/* Who has roles, where, and what declares it. */
import type { ColumnDef } from '@tanstack/react-table';
import { Link } from 'react-router';

import { type Page, useAsk } from '../asking';
import { Grid } from '../grid';
import type { Row } from '../rpc';
import { Answer, plain, Screen } from '../show';

const list = (name: string) => ({ row }: { row: { original: Row } }) => plain(row.original[name]);

const columns: ColumnDef<Row>[] = [
  {
    id: 'name',
    header: 'Administrator',
    cell: ({ row }) => <Link to={`/objects/SMS_Admin/${row.original.AdminID}`}>{plain(row.original.LogonName)}</Link>,
  },
  { id: 'roles', header: 'Roles', cell: list('RoleNames') },
  { id: 'scopes', header: 'Scopes', cell: list('CategoryNames') },
  { id: 'collections', header: 'Collections', cell: list('CollectionNames') },
  { id: 'disabled', header: 'Disabled', cell: list('IsDisabled') },
  { id: 'declared', header: 'Declared in', cell: list('DeclaredIn') },
  {
    id: 'can',
    header: 'Can',
    cell: ({ row }) =>
      row.original.IsGroup ? '' : <Link to={`/access?user=${encodeURIComponent(String(row.original.LogonName))}`}
        aria-label={`What can they do? ${row.original.LogonName}`}>What can they do?</Link>,
  },
];

export default function Administrators() {
  const all = useAsk<Page>('object.list', { class: 'SMS_Admin', limit: 1000, order: 'LogonName' });
  return (
    <Screen title="Administrators" actions={<Link to="/objects/SMS_Admin">Filter, create</Link>}>
      <Answer of={all}>{(data) => <Grid label="Administrators" rows={data.items} columns={columns} />}</Answer>
    </Screen>
  );
}
