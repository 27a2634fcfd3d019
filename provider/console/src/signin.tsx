/* How to sign in: by certificate, by a ticket of the browser, or with a token. */
import { Button } from '@patternfly/react-core/dist/dynamic/components/Button';
import { Content } from '@patternfly/react-core/dist/dynamic/components/Content';
import { Form, FormGroup } from '@patternfly/react-core/dist/dynamic/components/Form';
import { TextArea } from '@patternfly/react-core/dist/dynamic/components/TextArea';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { type Refusal, useToken } from './rpc';
import { Refused, Screen } from './show';

const WAYS: Record<string, string> = {
  EXTERNAL:
    'By client certificate: import yours (PKCS#12) into this browser, or insert the card that holds it, and load this page again. A browser asks for it once a session.',
  'GSS-SPNEGO':
    'By Kerberos ticket: run kinit, let this browser use tickets for this host (AuthServerAllowlist, network.negotiate-auth.trusted-uris), and load this page again.',
  OAUTHBEARER: 'With a token of an issuer whose tokens are reusable: paste it below. It is kept in this page alone.',
};

export function SignIn({ refusal }: { refusal: Refusal }) {
  const [value, setValue] = useState('');
  const client = useQueryClient();
  const mechanisms = refusal.data.mechanisms ?? Object.keys(WAYS);
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    useToken(value.trim());
    setValue('');
    client.resetQueries();
  };
  return (
    <Screen title="Sign in">
      <Refused error={refusal} />
      <Content component="ul">
        {mechanisms.filter((one) => WAYS[one]).map((one) => (
          <li key={one}>{WAYS[one]}</li>
        ))}
      </Content>
      {mechanisms.includes('OAUTHBEARER') && (
        <Form onSubmit={submit}>
          <FormGroup label="Token" fieldId="token">
            <TextArea id="token" value={value} onChange={(_, text) => setValue(text)} autoComplete="off" spellCheck={false} />
          </FormGroup>
          <div>
            <Button type="submit" isDisabled={value.trim() === ''}>Sign in</Button>
          </div>
        </Form>
      )}
    </Screen>
  );
}
