'use client';

import { type FormEvent, useState } from 'react';
import { post } from '../../lib/post';

export function SignInForm() {
  const [problem, setProblem] = useState('');

  const signIn = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(event.currentTarget));
    const refusal = await post('/auth/login', fields);
    // The browser has the cookie now. Scripts cannot read it.
    if (refusal === null) window.location.assign('/orders');
    else setProblem(refusal);
  };
  return (
    <form onSubmit={signIn}>
      <label>
        Username <input name="username" autoComplete="username" required />
      </label>
      <label>
        Password <input name="password" type="password" autoComplete="current-password" required />
      </label>
      <button>Sign in</button>
      <p role="status">{problem}</p>
    </form>
  );
}
