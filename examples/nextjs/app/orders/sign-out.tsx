'use client';

import { useState } from 'react';
import { post } from '../../lib/post';

export function SignOut() {
  const [problem, setProblem] = useState('');

  const signOut = async () => {
    const refusal = await post('/auth/logout');
    // A full load drops the pages that the router keeps in memory.
    if (refusal === null) window.location.assign('/sign-in');
    else setProblem(refusal);
  };
  return (
    <>
      <button onClick={signOut}>Sign out</button>
      <p role="status">{problem}</p>
    </>
  );
}
