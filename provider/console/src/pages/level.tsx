/* The level that everybody must sign in with, and whom it does not bind. */
import { Button } from '@patternfly/react-core/dist/dynamic/components/Button';
import { Content } from '@patternfly/react-core/dist/dynamic/components/Content';
import { FormGroup } from '@patternfly/react-core/dist/dynamic/components/Form';
import { FormSelect, FormSelectOption } from '@patternfly/react-core/dist/dynamic/components/FormSelect';
import {
  Modal, ModalBody, ModalFooter, ModalHeader,
} from '@patternfly/react-core/dist/dynamic/components/Modal';
import { TextArea } from '@patternfly/react-core/dist/dynamic/components/TextArea';
import { Title } from '@patternfly/react-core/dist/dynamic/components/Title';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { type Page, useAsk } from '../asking';
import { call, type Row } from '../rpc';
import { Act, Answer, LEVELS, Level, Refused, Screen } from '../show';

interface Verdict {
  allowed: boolean;
  error?: { message: string };
}

function Change({ site }: { site: Row }) {
  const [level, setLevel] = useState(String(site.AuthenticationLevel));
  const [users, setUsers] = useState(((site.ExceptionList as string[]) ?? []).join('\n'));
  const [isAsked, setAsked] = useState(false);
  const client = useQueryClient();
  const params = {
    class: 'SMS_Site',
    method: 'SetAuthenticationLevel',
    args: { AuthenticationLevel: Number(level), ExceptionList: users.split('\n').map((one) => one.trim()).filter(Boolean) },
  };
  const may = useAsk<Verdict>('access.check', { act: { method: 'object.invoke', params } });
  const set = useMutation({
    mutationFn: () => call('object.invoke', params),
    onSuccess: async () => {
      setAsked(false);
      await client.invalidateQueries();
    },
  });
  const why = !may.data ? 'Asking whether you may' : may.data.allowed ? null : (may.data.error?.message ?? 'Not allowed');
  return (
    <>
      <div className="filters">
        <FormGroup label="Minimum level" fieldId="minimum">
          <FormSelect id="minimum" value={level} onChange={(_, value) => setLevel(value)}>
            {Object.entries(LEVELS).map(([number, name]) => <FormSelectOption key={number} value={number} label={name} />)}
          </FormSelect>
        </FormGroup>
        <FormGroup label="Exclusions, one a line" fieldId="exclusions">
          <TextArea id="exclusions" value={users} onChange={(_, text) => setUsers(text)} />
        </FormGroup>
      </div>
      <Act why={why} variant="primary" onClick={() => setAsked(true)}>Change</Act>
      {why && <p>{`It cannot be changed here: ${why}`}</p>}
      <Modal isOpen={isAsked} variant="small" onClose={() => setAsked(false)} aria-labelledby="level-title">
        <ModalHeader title={`Require ${LEVELS[Number(level)]}?`} labelId="level-title" />
        <ModalBody>
          Whoever cannot reach it, and is not excluded, is refused from their next request on.
          {set.error && <Refused error={set.error} />}
        </ModalBody>
        <ModalFooter>
          <Button isLoading={set.isPending} onClick={() => set.mutate()}>Change</Button>
          <Button variant="link" onClick={() => setAsked(false)}>Cancel</Button>
        </ModalFooter>
      </Modal>
    </>
  );
}

function Shown({ site }: { site: Row }) {
  const excluded = (site.ExceptionList as string[] | undefined) ?? [];
  return (
    <>
      <p>Every administrator must sign in with at least <Level name={LEVELS[Number(site.AuthenticationLevel)] ?? 'domain'} />.</p>
      <Title headingLevel="h2" className="section">Whom it does not bind</Title>
      {excluded.length === 0 && <p>Nobody is excluded, or you may not see who.</p>}
      <Content component="ul">{excluded.map((one) => <li key={one}>{one}</li>)}</Content>
      <p>Reason, owner and end of each exclusion stand in the policy.</p>
      <Title headingLevel="h2" className="section">Change it</Title>
      <Change site={site} />
    </>
  );
}

export default function AuthenticationLevel() {
  const sites = useAsk<Page>('object.list', { class: 'SMS_Site', limit: 1 });
  return (
    <Screen title="Authentication level">
      <Answer of={sites}>{({ items: [site] }) => (site ? <Shown site={site} /> : <p>You may not read the site.</p>)}</Answer>
    </Screen>
  );
}
