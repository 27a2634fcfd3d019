/* Who I am: evidence, level, when it ends, and how to reach a higher one. */
import { Button } from '@patternfly/react-core/dist/dynamic/components/Button';
import { Content } from '@patternfly/react-core/dist/dynamic/components/Content';
import {
  DescriptionList, DescriptionListDescription, DescriptionListGroup, DescriptionListTerm,
} from '@patternfly/react-core/dist/dynamic/components/DescriptionList';
import { Title } from '@patternfly/react-core/dist/dynamic/components/Title';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

import { useWhoami, type Whoami } from '../asking';
import { call, useToken } from '../rpc';
import { Answer, Level, Refused, Screen, time } from '../show';

function Facts({ facts }: { facts: [string, ReactNode][] }) {
  return (
    <DescriptionList isHorizontal isCompact>
      {facts.map(([term, value]) => (
        <DescriptionListGroup key={term}>
          <DescriptionListTerm>{term}</DescriptionListTerm>
          <DescriptionListDescription className="long">{value}</DescriptionListDescription>
        </DescriptionListGroup>
      ))}
    </DescriptionList>
  );
}

function Evidence({ who }: { who: Whoami }) {
  return (
    <Facts facts={[
      ['User', who.user],
      ['Level', <Level key="l" name={who.level} />],
      ['Level the site requires', <Level key="m" name={who.minimum_level} />],
      ['Signed in by', `${who.evidence.method}: ${who.evidence.detail}`],
      ['Signed in at', time(who.evidence.authenticated)],
      ['Session ends', time(who.expires)],
      ['Evidence ends', time(who.evidence.expires)],
      ['Groups', who.groups.join(', ') || 'none'],
    ]} />
  );
}

function Rights({ who }: { who: Whoami }) {
  if (who.assignments.length === 0) return <p>No administrator record gives you rights.</p>;
  return (
    <Content component="ul">
      {who.assignments.map((one, index) => (
        <li key={index}>
          {`${one.roles.join(', ')} in ${[...one.scopes, ...one.collections].join(', ')} (by ${one.administrator})`}
        </li>
      ))}
    </Content>
  );
}

function Raise({ who }: { who: Whoami }) {
  if (who.raise.length === 0) return <p>There is no higher level here.</p>;
  return (
    <Content component="ul">
      {who.raise.flatMap((one) => one.how.map((how) => (
        <li key={one.level + how.mechanism}><Level name={one.level} /> {how.sentence}</li>
      )))}
    </Content>
  );
}

function Leave() {
  const client = useQueryClient();
  const leave = useMutation({
    mutationFn: () => call('session.end'),
    onSuccess: () => useToken(null),
  });
  if (leave.isSuccess)
    return (
      <p role="status">
        The session has ended. Close the browser too: it keeps a certificate or ticket, and would sign in again.{' '}
        <Button variant="link" isInline onClick={() => client.resetQueries()}>Sign in again</Button>
      </p>
    );
  return (
    <>
      {leave.error && <Refused error={leave.error} />}
      <Button variant="secondary" onClick={() => leave.mutate()}>Sign out</Button>
    </>
  );
}

export default function Me() {
  const who = useWhoami();
  return (
    <Screen title="Who I am">
      <Answer of={who}>
        {(data) => (
          <>
            <Evidence who={data} />
            <Title headingLevel="h2" className="section">What I may do</Title>
            <Rights who={data} />
            <p><Link to={`/access?user=${encodeURIComponent(data.user)}`}>Everything that I can do</Link></p>
            <Title headingLevel="h2" className="section">How to reach a higher level</Title>
            <Raise who={data} />
            <Title headingLevel="h2" className="section">Leaving</Title>
            <Leave />
          </>
        )}
      </Answer>
    </Screen>
  );
}
