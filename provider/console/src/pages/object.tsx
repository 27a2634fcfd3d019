/* One object: its properties, and what may be done with it. */
import { Button } from '@patternfly/react-core/dist/dynamic/components/Button';
import {
  Modal, ModalBody, ModalFooter, ModalHeader,
} from '@patternfly/react-core/dist/dynamic/components/Modal';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ColumnDef } from '@tanstack/react-table';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';

import { type ClassInfo, type Decision, useAsk, useClass, useMay } from '../asking';
import { Fields } from '../fields';
import { Grid } from '../grid';
import { call, type Row } from '../rpc';
import { Act, Answer, plain, Refused, Screen } from '../show';

interface Verdict {
  allowed: boolean;
  error?: { message: string };
}

function Delete({ info, of }: { info: ClassInfo; of: string }) {
  const [isAsked, setAsked] = useState(false);
  const navigate = useNavigate();
  const client = useQueryClient();
  const act = { method: 'object.delete', params: { class: info.name, key: of } };
  const may = useAsk<Verdict>('access.check', { act });
  const remove = useMutation({
    mutationFn: () => call('object.delete', act.params),
    onSuccess: () => {
      client.clear();
      navigate(`/objects/${info.name}`);
    },
  });
  const why = !may.data ? 'Asking whether you may' : may.data.allowed ? null : (may.data.error?.message ?? 'Not allowed');
  return (
    <>
      <Act why={why} variant="danger" onClick={() => setAsked(true)}>Delete</Act>
      <Modal isOpen={isAsked} variant="small" onClose={() => setAsked(false)} aria-labelledby="delete-title">
        <ModalHeader title={`Delete ${of}?`} labelId="delete-title" />
        <ModalBody>
          It is gone for everybody, and the act is on record.
          {remove.error && <Refused error={remove.error} />}
        </ModalBody>
        <ModalFooter>
          <Button variant="danger" onClick={() => remove.mutate()} isLoading={remove.isPending}>Delete</Button>
          <Button variant="link" onClick={() => setAsked(false)}>Keep it</Button>
        </ModalFooter>
      </Modal>
    </>
  );
}

/* Why it cannot be changed; null: it can. */
function whyNot(may: Decision | undefined, object: Row): string | null {
  if (!may) return 'Asking whether you may';
  if (!may.allowed) return may.text;
  if (object.DeclaredIn) return `Policy files declare it: ${object.DeclaredIn}`;
  return null;
}

const columns = (info: ClassInfo): ColumnDef<[string, unknown]>[] => [
  { id: 'property', header: 'Property', cell: ({ row }) => row.original[0] },
  {
    id: 'value',
    header: 'Value',
    cell: ({ row: { original: [name, value] } }) => {
      const to = info.references?.[name];
      return to && value ? <Link to={`/objects/${to}/${encodeURIComponent(String(value))}`}>{plain(value)}</Link> : plain(value);
    },
  },
  {
    id: 'describe',
    header: 'Meaning',
    cell: ({ row }) => info.properties?.find((one) => one.name === row.original[0])?.describe ?? '',
  },
];

function Change({ info, of, object, onEnd }: { info: ClassInfo; of: string; object: Row; onEnd: () => void }) {
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: (properties: Row) =>
      call('object.update', { class: info.name, key: of, properties, if_version: object.RowVersion as number }),
    onSuccess: async () => {
      await client.invalidateQueries();
      onEnd();
    },
  });
  return (
    <>
      {change.error && <Refused error={change.error} />}
      <Fields info={info} object={object} act="Save" isBusy={change.isPending} onSubmit={(now) => change.mutate(now)}
        onCancel={onEnd} />
    </>
  );
}

function Shown({ info, of, object }: { info: ClassInfo; of: string; object: Row }) {
  const [isEdited, setEdited] = useState(false);
  const need = info.rights?.update;
  const may = useMay(need?.operation ?? '', need?.class ?? '', need?.class === info.name ? of : undefined, Boolean(need));
  const check = new URLSearchParams({ class: need?.class ?? info.name, operation: need?.operation ?? 'Read', key: of });
  if (isEdited) return <Change info={info} of={of} object={object} onEnd={() => setEdited(false)} />;
  return (
    <>
      <div className="acts">
        {info.verbs.includes('update') && <Act why={whyNot(may.data, object)} onClick={() => setEdited(true)}>Edit</Act>}
        {info.verbs.includes('delete') && <Delete info={info} of={of} />}
        <Link to={`/access?${check}`}>Who may, and why?</Link>
        <Link to={`/audit?class=${info.name}&key=${encodeURIComponent(of)}`}>Its audit records</Link>
      </div>
      <Grid label="Properties" rows={Object.entries(object)} columns={columns(info)} />
    </>
  );
}

function Existing({ info, of }: { info: ClassInfo; of: string }) {
  const object = useAsk('object.get', { class: info.name, key: of });
  return <Answer of={object}>{(data) => <Shown info={info} of={of} object={data} />}</Answer>;
}

function New({ info }: { info: ClassInfo }) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const key = info.properties?.find((one) => one.flags.includes('key'))?.name ?? '';
  const make = useMutation({
    mutationFn: (properties: Row) => call('object.create', { class: info.name, properties }),
    onSuccess: async (made) => {
      await client.invalidateQueries();
      navigate(`/objects/${info.name}/${encodeURIComponent(String(made[key]))}`);
    },
  });
  return (
    <>
      {make.error && <Refused error={make.error} />}
      <Fields info={info} act="Create" isBusy={make.isPending} onSubmit={(now) => make.mutate(now)}
        onCancel={() => navigate(`/objects/${info.name}`)} />
    </>
  );
}

export default function OneObject() {
  const { class: name = '', key = '' } = useParams();
  const info = useClass(name);
  return (
    <Screen title={key === '+' ? `New ${name}` : `${name} ${key}`}>
      <p><Link to={`/objects/${name}`}>{`All of ${name}`}</Link></p>
      <Answer of={info}>
        {(data) => (key === '+' ? <New info={data} /> : <Existing key={key} info={data} of={key} />)}
      </Answer>
    </Screen>
  );
}
