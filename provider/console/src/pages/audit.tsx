/* The audit: records by a filter, newest first, and the state of the chain. */
import { Alert } from '@patternfly/react-core/dist/dynamic/components/Alert';
import { Button } from '@patternfly/react-core/dist/dynamic/components/Button';
import { FormGroup } from '@patternfly/react-core/dist/dynamic/components/Form';
import { TextInput } from '@patternfly/react-core/dist/dynamic/components/TextInput';
import { useMutation } from '@tanstack/react-query';
import type { ColumnDef } from '@tanstack/react-table';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';

import { type Page, useAsk } from '../asking';
import { Grid } from '../grid';
import { call, type Row } from '../rpc';
import { Answer, plain, Refused, Screen } from '../show';

const SELECTORS = ['user', 'outcome', 'event', 'operation', 'class', 'key', 'reason', 'request'];
const PAGE = 50;

const columns: ColumnDef<Row>[] = [
  { id: 'id', header: 'Record', cell: ({ row }) => <Link to={`/audit/${row.original.id}`}>{plain(row.original.id)}</Link> },
  ...['time', 'outcome', 'event', 'user', 'level', 'operation', 'class', 'key', 'reason'].map((name) => ({
    id: name, header: name, cell: ({ row }: { row: { original: Row } }) => plain(row.original[name]),
  })),
];

function Filter({ search, onFilter }: { search: URLSearchParams; onFilter: (now: URLSearchParams) => void }) {
  const [texts, setTexts] = useState(Object.fromEntries(SELECTORS.map((one) => [one, search.get(one) ?? ''])));
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    onFilter(new URLSearchParams(Object.entries(texts).filter(([, text]) => text !== '')));
  };
  return (
    <form className="filters" onSubmit={submit}>
      {SELECTORS.map((one) => (
        <FormGroup key={one} label={one} fieldId={`audit-${one}`}>
          <TextInput id={`audit-${one}`} value={texts[one]} onChange={(_, text) => setTexts({ ...texts, [one]: text })} />
        </FormGroup>
      ))}
      <Button type="submit" variant="secondary">Filter</Button>
    </form>
  );
}

interface State {
  intact: boolean;
  records: number;
  hash: string;
}

function Chain() {
  const verify = useMutation({ mutationFn: () => call<State>('audit.verify') });
  if (verify.error) return <Refused error={verify.error} />;
  if (verify.data)
    return (
      <Alert isInline component="h2" variant={verify.data.intact ? 'success' : 'danger'}
        title={verify.data.intact ? 'The chain is intact' : 'The chain is broken'}>
        <p className="long">{`${verify.data.records} records; the last has the hash ${verify.data.hash}`}</p>
      </Alert>
    );
  return <Button variant="secondary" isLoading={verify.isPending} onClick={() => verify.mutate()}>Check the chain</Button>;
}

export default function Audit() {
  const [search, setSearch] = useSearchParams();
  const asked = Object.fromEntries(SELECTORS.filter((one) => search.get(one)).map((one) => [one, search.get(one)]));
  const after = search.get('after');
  const page = useAsk<Page>('audit.query', { ...asked, limit: PAGE, ...(after && { after: Number(after) }) });
  const older = (next: string | number) => {
    const now = new URLSearchParams(search);
    now.set('after', String(next));
    setSearch(now);
  };
  return (
    <Screen title="Audit" actions={<Button variant="link" onClick={() => page.refetch()}>Load again</Button>}>
      <Chain />
      <Filter key={search.toString()} search={search} onFilter={setSearch} />
      <Answer of={page}>
        {(data) => (
          <>
            <Grid label="Records" rows={data.items} columns={columns} />
            <Button variant="secondary" isDisabled={data.next === undefined} onClick={() => data.next !== undefined && older(data.next)}>
              Older
            </Button>
          </>
        )}
      </Answer>
    </Screen>
  );
}
