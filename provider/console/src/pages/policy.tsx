/* The policy as text: checked as it is typed, planned, and applied exactly as
 * it was planned. */
import { Alert } from '@patternfly/react-core/dist/dynamic/components/Alert';
import { Button } from '@patternfly/react-core/dist/dynamic/components/Button';
import { Content } from '@patternfly/react-core/dist/dynamic/components/Content';
import { FormGroup } from '@patternfly/react-core/dist/dynamic/components/Form';
import {
  Modal, ModalBody, ModalFooter, ModalHeader,
} from '@patternfly/react-core/dist/dynamic/components/Modal';
import { TextArea } from '@patternfly/react-core/dist/dynamic/components/TextArea';
import { TextInput } from '@patternfly/react-core/dist/dynamic/components/TextInput';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';
import { Link, useNavigate } from 'react-router';

import { useAsk } from '../asking';
import { type Difference, Shown } from '../difference';
import { call, type PolicyMessage } from '../rpc';
import { Answer, Refused, Screen } from '../show';

type Files = Record<string, string>;

interface Plan extends Difference {
  version: number;
  plan_digest: string;
  messages: PolicyMessage[];
  tests: { passed: number; failed: number };
}

function Messages({ of }: { of: PolicyMessage[] }) {
  return (
    <Content component="ul">
      {of.map((one) => (
        <li key={`${one.file}:${one.line}:${one.column}:${one.text}`}>
          {`${one.severity}: ${one.file ?? 'policy'}:${one.line}:${one.column}: ${one.text}`}
        </li>
      ))}
    </Content>
  );
}

function Check({ files }: { files: Files }) {
  const later = useDeferredValue(files);
  const check = useQuery({
    queryKey: ['policy.check', later],
    queryFn: () => call<{ valid: boolean; messages: PolicyMessage[] }>('policy.check', { files: later }),
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
  if (check.error) return <Refused error={check.error} />;
  if (!check.data) return null;
  return (
    <Alert isInline component="h2" variant={check.data.valid ? 'success' : 'danger'}
      title={check.data.valid ? 'The text is valid' : 'The text is not valid'}>
      <Messages of={check.data.messages} />
    </Alert>
  );
}

function Apply({ files, plan }: { files: Files; plan: Plan }) {
  const [isAsked, setAsked] = useState(false);
  const [message, setMessage] = useState('');
  const client = useQueryClient();
  const navigate = useNavigate();
  const apply = useMutation({
    mutationFn: () => call<{ version: number; waiting: boolean }>('policy.apply', { files, message, plan_digest: plan.plan_digest }),
    onSuccess: async () => {
      await client.invalidateQueries();
      navigate('/policy');
    },
  });
  return (
    <>
      <Button isDisabled={plan.n_changes === 0} onClick={() => setAsked(true)}>Apply this plan</Button>
      <Modal isOpen={isAsked} variant="small" onClose={() => setAsked(false)} aria-labelledby="apply-title">
        <ModalHeader title="Apply this plan?" labelId="apply-title"
          description={`${plan.n_changes} changes of the policy, ${plan.n_rights} changes of rights; if anything changed since it was planned, nothing is applied.`} />
        <ModalBody>
          {apply.error && <Refused error={apply.error} />}
          <FormGroup label="Why (kept with the version)" fieldId="message">
            <TextInput id="message" value={message} onChange={(_, text) => setMessage(text)} />
          </FormGroup>
        </ModalBody>
        <ModalFooter>
          <Button isLoading={apply.isPending} onClick={() => apply.mutate()}>Apply</Button>
          <Button variant="link" onClick={() => setAsked(false)}>Cancel</Button>
        </ModalFooter>
      </Modal>
    </>
  );
}

function Planned({ files, plan }: { files: Files; plan: Plan }) {
  return (
    <section aria-label="Plan">
      <Messages of={plan.messages} />
      {plan.tests.failed > 0 && <p>{`${plan.tests.failed} tests of the policy fail.`}</p>}
      <Shown of={plan} />
      <Apply files={files} plan={plan} />
    </section>
  );
}

function Editor({ exported }: { exported: Files }) {
  const [files, setFiles] = useState(exported);
  const plan = useMutation({ mutationFn: (now: Files) => call<Plan>('policy.plan', { files: now }) });
  const change = (name: string, text: string) => {
    setFiles({ ...files, [name]: text });
    plan.reset();
  };
  return (
    <>
      {Object.entries(files).map(([name, text]) => (
        <FormGroup key={name} label={name} fieldId={`file-${name}`} className="editor">
          <TextArea id={`file-${name}`} value={text} onChange={(_, now) => change(name, now)} spellCheck={false}
            resizeOrientation="vertical" />
        </FormGroup>
      ))}
      <Check files={files} />
      <div className="acts section">
        <Button variant="secondary" isLoading={plan.isPending} onClick={() => plan.mutate(files)}>Plan</Button>
      </div>
      {plan.error && <Refused error={plan.error} />}
      {plan.data && <Planned files={files} plan={plan.data} />}
    </>
  );
}

export default function Policy() {
  const exported = useAsk<{ files: Files }>('policy.export');
  return (
    <Screen title="Edit the policy">
      <p><Link to="/policy">Versions</Link></p>
      <Answer of={exported}>{(data) => <Editor exported={data.files} />}</Answer>
    </Screen>
  );
}
