/* Why? A user, an operation, an object: the decision, drawn. */
import { Button } from '@patternfly/react-core/dist/dynamic/components/Button';
import { FormGroup } from '@patternfly/react-core/dist/dynamic/components/Form';
import { FormSelect, FormSelectOption } from '@patternfly/react-core/dist/dynamic/components/FormSelect';
import { TextInput } from '@patternfly/react-core/dist/dynamic/components/TextInput';
import { Title } from '@patternfly/react-core/dist/dynamic/components/Title';
import type { ColumnDef } from '@tanstack/react-table';
import { useState } from 'react';
import { useSearchParams } from 'react-router';

import { type Decision, type Named, type Operation, type Page, useAsk, useOperations } from '../asking';
import { Picture } from '../picture';
import { Grid } from '../grid';
import type { Row } from '../rpc';
import { Answer, Level, Screen } from '../show';

interface Question {
  user: string;
  class: string;
  operation: string;
  key: string;
}

function Ask({ question, operations, onAsk }: {
  question: Question;
  operations: Operation[];
  onAsk: (question: Question) => void;
}) {
  const [now, setNow] = useState(question);
  const types = [...new Set(operations.map((one) => one.ObjectTypeName))].sort();
  const own = operations.filter((one) => one.ObjectTypeName === now.class).map((one) => one.OperationName).sort();
  const set = (name: keyof Question) => (_: unknown, value: string) => setNow({ ...now, [name]: value });
  return (
    <form className="filters" onSubmit={(event) => { event.preventDefault(); onAsk(now); }}>
      <FormGroup label="User (empty: me)" fieldId="user">
        <TextInput id="user" value={now.user} onChange={set('user')} />
      </FormGroup>
      <FormGroup label="Type" fieldId="class">
        <FormSelect id="class" value={now.class} onChange={set('class')}>
          <FormSelectOption value="" label="Everything" />
          {types.map((one) => <FormSelectOption key={one} value={one} label={one} />)}
        </FormSelect>
      </FormGroup>
      <FormGroup label="Operation" fieldId="operation">
        <FormSelect id="operation" value={now.operation} onChange={set('operation')}>
          <FormSelectOption value="" label="Any" />
          {own.map((one) => <FormSelectOption key={one} value={one} label={one} />)}
        </FormSelect>
      </FormGroup>
      <FormGroup label="Key of the object (empty: any)" fieldId="key">
        <TextInput id="key" value={now.key} onChange={set('key')} />
      </FormGroup>
      <Button type="submit">Why?</Button>
    </form>
  );
}

function Why({ question }: { question: Question }) {
  const asked = { class: question.class, operation: question.operation, ...(question.key && { key: question.key }) };
  const decision = useAsk<Decision>('access.explain', { ...asked, ...(question.user && { user: question.user }) });
  return (
    <Answer of={decision}>
      {(data) => <Picture decision={data} operation={question.operation} type={question.class} of={question.key} />}
    </Answer>
  );
}

const where = (row: Row) =>
  ((row.scopes as Named[]) ?? [row.scope, row.collection].filter(Boolean) as Named[]).concat((row.collections as Named[]) ?? [])
    .map((one) => one.name).join(', ');

const roleOf = (row: Row) => (row.role as Named | undefined)?.name ?? '';

const whoColumns: ColumnDef<Row>[] = [
  { id: 'who', header: 'Who', cell: ({ row }) => String(row.original.administrator) },
  { id: 'role', header: 'By role', cell: ({ row }) => roleOf(row.original) },
  { id: 'where', header: 'In', cell: ({ row }) => where(row.original) },
  { id: 'level', header: 'From level', cell: ({ row }) => <Level name={String(row.original.level_required)} /> },
];

function WhoCan({ question }: { question: Question }) {
  const who = useAsk<Page>('access.who_can', {
    class: question.class, operation: question.operation, ...(question.key && { key: question.key }),
  });
  return (
    <>
      <Title headingLevel="h2" className="section">Who can</Title>
      <Answer of={who}>{(data) => <Grid label="Who can" rows={data.items} columns={whoColumns} />}</Answer>
    </>
  );
}

const whatColumns: ColumnDef<Row>[] = [
  { id: 'type', header: 'Type', cell: ({ row }) => String(row.original.class) },
  { id: 'operations', header: 'Operations', cell: ({ row }) => (row.original.operations as string[]).join(', ') },
  { id: 'role', header: 'By role', cell: ({ row }) => roleOf(row.original) },
  { id: 'where', header: 'In', cell: ({ row }) => where(row.original) },
  { id: 'level', header: 'From level', cell: ({ row }) => <Level name={String(row.original.level_required)} /> },
];

function WhatCan({ question }: { question: Question }) {
  const what = useAsk<Page & { user: string }>('access.what_can', question.user ? { user: question.user } : {});
  return (
    <Answer of={what}>
      {(data) => (
        <>
          <Title headingLevel="h2" className="section">{`What ${data.user} can do`}</Title>
          <Grid label="What they can do" columns={whatColumns}
            rows={data.items.filter((one) => !question.class || one.class === question.class)} />
        </>
      )}
    </Answer>
  );
}

export default function Access() {
  const operations = useOperations();
  const [search, setSearch] = useSearchParams();
  const get = (name: string) => search.get(name) ?? '';
  const question = { user: get('user'), class: get('class'), operation: get('operation'), key: get('key') };
  const ask = (now: Question) =>
    setSearch(Object.fromEntries(Object.entries(now).filter(([, value]) => value !== '')));
  const isWhole = question.class !== '' && question.operation !== '';
  return (
    <Screen title="Access: why?">
      <Answer of={operations}>
        {(data) => <Ask key={search.toString()} question={question} operations={data.items} onAsk={ask} />}
      </Answer>
      {isWhole && <Why question={question} />}
      {isWhole && <WhoCan question={question} />}
      {!isWhole && <WhatCan question={question} />}
    </Screen>
  );
}
