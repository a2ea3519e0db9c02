import { liveFeedLimits } from './suites/live-feed-limits';

liveFeedLimits('express');
liveFeedLimits('fastify');
