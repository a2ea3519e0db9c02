#!/bin/sh
# Copies text from standard input to standard output with real passwords in place of placeholders:
# `>change-me-<name>` becomes `#` and the SHA-256 of the password, as Redis keeps users, and
# `change-me-<name>` the password itself. It is taken from REDIS_PASSWORD_<NAME>.
#
# Fails, and says why, when a password is missing or weak or a placeholder is left.
set -eu

fail() {
  echo "fill-passwords.sh: $1" >&2
  exit 1
}

text=$(cat)
for placeholder in $(printf '%s\n' "$text" | grep -o 'change-me-[a-z]*' | sort -u); do
  variable=REDIS_PASSWORD_$(printf %s "${placeholder#change-me-}" | tr '[:lower:]' '[:upper:]')
  eval "password=\${$variable:-}"
  [ -n "$password" ] || fail "$variable is not set: give it what 'openssl rand -hex 32' prints"
  case $password in
    # It goes into URLs and settings as it is.
    *[!A-Za-z0-9_-]*) fail "$variable has other characters than letters, digits, '-' and '_'" ;;
    change-me*) fail "$variable is a placeholder: give it what 'openssl rand -hex 32' prints" ;;
  esac
  # SHA-256 alone protects a long random password, not a short one.
  [ "${#password}" -ge 32 ] || fail "$variable is shorter than 32 characters"
  hash=$(printf %s "$password" | sha256sum | cut -d ' ' -f 1)
  text=$(printf '%s\n' "$text" |
    sed -E -e "s/>$placeholder( |\$)/#$hash\1/g" -e "s/ $placeholder( |\$)/ $password\1/g")
done
case $text in
  *change-me*) fail 'a placeholder is left, whose form is not change-me-<lower-case name>' ;;
esac
printf '%s\n' "$text"
