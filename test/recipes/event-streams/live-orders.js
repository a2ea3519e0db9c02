const orders = new EventSource('/orders/stream');

orders.addEventListener('order', ({ data }) => {
  document.querySelector('#orders').append(data);
});
orders.addEventListener('session-ended', ({ data }) => {
  const { code } = JSON.parse(data);
  // For any other code, the browser connects again, and the guard decides.
  if (code === 'ERR_SESSION_REQUIRED') location.assign('/sign-in');
});
