/* Two versions of the policy: who gained and who lost what. */
import { Link, useParams } from 'react-router';

import { useAsk } from '../asking';
import { type Difference, Shown } from '../difference';
import { Answer, Screen } from '../show';

export default function Diff() {
  const { from = '0', to = '0' } = useParams();
  const diff = useAsk<Difference>('policy.diff', { from: Number(from), to: Number(to) });
  return (
    <Screen title={`From version ${from} to ${to}`}>
      <p><Link to="/policy">All versions</Link></p>
      <Answer of={diff}>{(data) => <Shown of={data} />}</Answer>
    </Screen>
  );
}
