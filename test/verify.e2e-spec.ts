import { verify } from './suites/verify';

verify('express');
