/* Security scopes, and what is in them. */
import type { ColumnDef } from '@tanstack/react-table';
import { Link } from 'react-router';

import { type Page, useAsk } from '../asking';
import { Grid } from '../grid';
import type { Row } from '../rpc';
import { Answer, plain, Screen } from '../show';

const inScope = (id: unknown) =>
  `/objects/SMS_SecuredCategoryMembership?filter=${encodeURIComponent(`CategoryID = '${id}'`)}`;

const columns: ColumnDef<Row>[] = [
  {
    id: 'name',
    header: 'Scope',
    cell: ({ row }) => <Link to={`/objects/SMS_SecuredCategory/${row.original.CategoryID}`}>{plain(row.original.CategoryName)}</Link>,
  },
  { id: 'describe', header: 'Description', cell: ({ row }) => plain(row.original.CategoryDescription) },
  { id: 'admins', header: 'Administrators', cell: ({ row }) => plain(row.original.NumberOfAdmins) },
  {
    id: 'objects',
    header: 'Objects',
    cell: ({ row }) => (
      <Link to={inScope(row.original.CategoryID)} aria-label={`What is in it: ${row.original.CategoryName}`}>What is in it</Link>
    ),
  },
  { id: 'declared', header: 'Declared in', cell: ({ row }) => plain(row.original.DeclaredIn) },
];

export default function Scopes() {
  const all = useAsk<Page>('object.list', { class: 'SMS_SecuredCategory', limit: 1000, order: 'CategoryName' });
  return (
    <Screen title="Security scopes" actions={<Link to="/objects/SMS_SecuredCategory">Filter, create</Link>}>
      <Answer of={all}>{(data) => <Grid label="Security scopes" rows={data.items} columns={columns} />}</Answer>
    </Screen>
  );
}
