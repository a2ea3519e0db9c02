import { Component, type ReactNode } from 'react';
import { ProblemNote } from '../ui/problem-note';

/** Shows a message in place of a page that has failed, such as after a new version was deployed. */
export class PageBoundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    if (this.state.error === null) return this.props.children;
    return (
      <ProblemNote
        error={this.state.error}
        onRetry={() => {
          location.reload();
        }}
      />
    );
  }
}
