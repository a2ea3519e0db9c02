'use client';

import { post } from '../../lib/post';

export function SignOut() {
  const signOut = async () => {
    await post('/auth/logout');
    // A full load drops the pages that the router keeps in memory.
    window.location.assign('/sign-in');
  };
  return <button onClick={signOut}>Sign out</button>;
}
