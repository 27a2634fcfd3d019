/* The versions of the policy, and the way back to one. */
import { Button } from '@patternfly/react-core/dist/dynamic/components/Button';
import {
  Modal, ModalBody, ModalFooter, ModalHeader,
} from '@patternfly/react-core/dist/dynamic/components/Modal';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ColumnDef } from '@tanstack/react-table';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';

import { type Page, useAsk, useMay } from '../asking';
import { type Difference, Shown } from '../difference';
import { Grid } from '../grid';
import { call } from '../rpc';
import { Act, Answer, Refused, Screen, time } from '../show';

interface Version {
  version: number;
  time: string;
  author: string;
  origin: string;
  message: string;
  current?: boolean;
}

function Back({ to, from, onEnd }: { to: number; from: number; onEnd: () => void }) {
  const client = useQueryClient();
  const diff = useAsk<Difference>('policy.diff', { from, to });
  const back = useMutation({
    mutationFn: () => call('policy.rollback', { version: to, message: `Back to version ${to}` }),
    onSuccess: async () => {
      await client.invalidateQueries();
      onEnd();
    },
  });
  return (
    <Modal isOpen variant="large" onClose={onEnd} aria-labelledby="back-title">
      <ModalHeader title={`Go back to version ${to}?`} labelId="back-title"
        description={`Version ${to} is applied again, as a new version; this is what it changes.`} />
      <ModalBody tabIndex={0}>
        {back.error && <Refused error={back.error} />}
        <Answer of={diff}>{(data) => <Shown of={data} />}</Answer>
      </ModalBody>
      <ModalFooter>
        <Button variant="danger" isDisabled={!diff.data} isLoading={back.isPending} onClick={() => back.mutate()}>Go back</Button>
        <Button variant="link" onClick={onEnd}>Cancel</Button>
      </ModalFooter>
    </Modal>
  );
}

function columns(now: number, why: string | null, onBack: (version: number) => void): ColumnDef<Version>[] {
  return [
    { id: 'version', header: 'Version', cell: ({ row }) => `${row.original.version}${row.original.current ? ' (applied)' : ''}` },
    { id: 'time', header: 'When', cell: ({ row }) => time(row.original.time) },
    { id: 'author', header: 'By', cell: ({ row }) => `${row.original.author} (${row.original.origin})` },
    { id: 'message', header: 'Message', accessorKey: 'message' },
    {
      id: 'acts',
      header: 'Compare, go back',
      cell: ({ row: { original: one } }) =>
        one.current ? '' : (
          <span className="acts">
            <Link to={`/policy/diff/${one.version}/${now}`} aria-label={`Compare: version ${one.version} with the applied one`}>Compare</Link>
            <Act why={why} onClick={() => onBack(one.version)}>{`Back to ${one.version}`}</Act>
          </span>
        ),
    },
  ];
}

function History({ items, now }: { items: Version[]; now: number }) {
  const [back, setBack] = useState<number | null>(null);
  const may = useMay('Modify', 'SMS_Role');
  const why = !may.data ? 'Asking whether you may' : may.data.allowed ? null : may.data.text;
  return (
    <>
      <Grid label="Versions" rows={items} columns={columns(now, why, setBack)} />
      {back !== null && <Back to={back} from={now} onEnd={() => setBack(null)} />}
    </>
  );
}

interface Status {
  version: number;
  directory?: { path: string; state: string };
}

export default function Versions() {
  const navigate = useNavigate();
  const status = useAsk<Status>('policy.status');
  const history = useAsk<Page<Version>>('policy.history', { limit: 100 });
  return (
    <Screen title="Policy" actions={<Button onClick={() => navigate('/policy/edit')}>Edit</Button>}>
      <Answer of={status}>
        {(data) => (
          <p>{`Version ${data.version} is applied. ${data.directory ? `Files in ${data.directory.path}: ${data.directory.state}.` : ''}`}</p>
        )}
      </Answer>
      <Answer of={history}>
        {(data) => <History items={data.items} now={status.data?.version ?? data.items[0]?.version ?? 0} />}
      </Answer>
    </Screen>
  );
}
