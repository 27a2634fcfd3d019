/* The objects of a class: a page at a time, by a filter, in an order. */
import { Button } from '@patternfly/react-core/dist/dynamic/components/Button';
import { FormGroup } from '@patternfly/react-core/dist/dynamic/components/Form';
import { TextInput } from '@patternfly/react-core/dist/dynamic/components/TextInput';
import type { ColumnDef } from '@tanstack/react-table';
import { useState } from 'react';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router';

import { type ClassInfo, type Page, useAsk, useClass, useMay } from '../asking';
import { Grid } from '../grid';
import type { Row } from '../rpc';
import { Act, Answer, plain, Screen } from '../show';

const PAGE = 50;
const COLUMNS_MAX = 6;

const keyOf = (info: ClassInfo) => info.properties?.find((one) => one.flags.includes('key'))?.name ?? '';

/* The name, the key, and what else says something on this page. */
function columnsOf(info: ClassInfo, rows: Row[]): string[] {
  const says = (name: string) => rows.some((row) => plain(row[name]) !== '');
  const own = (info.properties ?? []).filter((one) => !one.flags.includes('lazy') && one.name !== 'RowVersion');
  const first = [info.name_property, keyOf(info)].filter((one): one is string => Boolean(one));
  return [...new Set([...first, ...own.map((one) => one.name).filter(says)])].slice(0, COLUMNS_MAX);
}

function columns(info: ClassInfo, rows: Row[]): ColumnDef<Row>[] {
  const key = keyOf(info);
  return columnsOf(info, rows).map((name) => ({
    id: name,
    header: name,
    cell: ({ row }) => {
      const text = plain(row.original[name]);
      const to = `/objects/${info.name}/${encodeURIComponent(String(row.original[key]))}`;
      return name === key || name === info.name_property ? <Link to={to}>{text || '(no name)'}</Link> : text;
    },
  }));
}

function Filter({ value, onFilter }: { value: string; onFilter: (text: string) => void }) {
  const [text, setText] = useState(value);
  return (
    <form className="filters" onSubmit={(event) => { event.preventDefault(); onFilter(text); }}>
      <FormGroup label="Filter, as Name = 'x' and MemberCount > 5" fieldId="filter">
        <TextInput id="filter" value={text} onChange={(_, now) => setText(now)} />
      </FormGroup>
      <Button type="submit" variant="secondary">Filter</Button>
    </form>
  );
}

function Pager({ page, after, search }: { page: Page; after: string | null; search: URLSearchParams }) {
  const navigate = useNavigate();
  const go = (to: string | null) => {
    const now = new URLSearchParams(search);
    if (to === null) now.delete('after');
    else now.set('after', to);
    navigate(`?${now}`);
  };
  return (
    <div className="pager">
      <Button variant="secondary" isDisabled={after === null} onClick={() => go(null)}>First page</Button>
      <Button variant="secondary" isDisabled={after === null} onClick={() => navigate(-1)}>Previous</Button>
      <Button variant="secondary" isDisabled={page.next === undefined} onClick={() => go(String(page.next))}>Next</Button>
      <span role="status">{`${page.items.length} shown${page.count === undefined ? '' : ` of ${page.count}`}`}</span>
    </div>
  );
}

function Create({ info }: { info: ClassInfo }) {
  const navigate = useNavigate();
  const need = info.rights?.create;
  const may = useMay(need?.operation ?? '', need?.class ?? '', undefined, Boolean(need));
  if (!info.verbs.includes('create')) return null;
  const why = !may.data ? 'Asking whether you may' : may.data.allowed ? null : may.data.text;
  return <Act why={why} onClick={() => navigate(`/objects/${info.name}/+`)}>Create</Act>;
}

function Objects({ info }: { info: ClassInfo }) {
  const [search, setSearch] = useSearchParams();
  const order = search.get('order') ?? undefined;
  const filter = search.get('filter') ?? '';
  const after = search.get('after');
  const page = useAsk<Page>('object.list', {
    class: info.name,
    limit: PAGE,
    count: true,
    ...(filter && { filter }),
    ...(order && { order }),
    ...(after && { after }),
  });
  const change = (name: string, value: string) => {
    const now = new URLSearchParams(search);
    now.delete('after');
    if (value) now.set(name, value);
    else now.delete(name);
    setSearch(now);
  };
  return (
    <>
      <p>{info.describe}</p>
      <Filter value={filter} onFilter={(text) => change('filter', text)} />
      <Answer of={page}>
        {(data) => (
          <>
            <Grid label={`Objects of ${info.name}`} rows={data.items} columns={columns(info, data.items)} order={order}
              onSort={(id) => change('order', order === id ? `${id} desc` : id)} />
            <Pager page={data} after={after} search={search} />
          </>
        )}
      </Answer>
    </>
  );
}

export default function List() {
  const name = useParams().class ?? '';
  const info = useClass(name);
  return (
    <Screen title={name} actions={info.data && <Create info={info.data} />}>
      <Answer of={info}>{(data) => <Objects key={name} info={data} />}</Answer>
    </Screen>
  );
}
