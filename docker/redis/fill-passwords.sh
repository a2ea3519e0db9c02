#!/bin/sh
# Replaces password placeholders, from standard input to standard output. `>change-me-<name>` becomes `#` and
# the SHA-256 of the password, the form of a Redis user. `change-me-<name>` becomes the password itself.
# Passwords come from REDIS_PASSWORD_<NAME>.
#
# Exits with an error message when a password is missing or weak, or a placeholder remains.
set -eu

fail() {
  echo "fill-passwords.sh: $1" >&2
  exit 1
}

text=$(cat)
for placeholder in $(printf '%s\n' "$text" | grep -o 'change-me-[a-z]*' | sort -u); do
  variable=REDIS_PASSWORD_$(printf %s "${placeholder#change-me-}" | tr '[:lower:]' '[:upper:]')
  eval "password=\${$variable:-}"
  [ -n "$password" ] || fail "$variable is not set: set it to the output of 'openssl rand -hex 32'"
  case $password in
    # The password goes into URLs and settings without encoding.
    *[!A-Za-z0-9_-]*) fail "$variable may contain letters, digits, '-' and '_' only" ;;
    change-me*) fail "$variable is a placeholder: set it to the output of 'openssl rand -hex 32'" ;;
  esac
  # SHA-256 alone protects a long random password, not a short one.
  [ "${#password}" -ge 32 ] || fail "$variable must have at least 32 characters"
  hash=$(printf %s "$password" | sha256sum | cut -d ' ' -f 1)
  text=$(printf '%s\n' "$text" |
    sed -E -e "s/>$placeholder( |\$)/#$hash\1/g" -e "s/ $placeholder( |\$)/ $password\1/g")
done
case $text in
  *change-me*) fail 'a placeholder is left: its form must be change-me-<lower-case name>' ;;
esac
printf '%s\n' "$text"
