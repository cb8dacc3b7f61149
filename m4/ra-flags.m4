dnl SPDX-License-Identifier: GPL-3.0-or-later
dnl RA_COMPILER_FLAGS: the project's own flags, in variables that never touch the user's CFLAGS.
dnl   PROJECT_CFLAGS   language, warnings, hardening
dnl   PROJECT_LDFLAGS  hardening at link time
dnl   SAN_FLAGS        sanitizers, for compiling and linking
dnl   COV_FLAGS        coverage, for compiling and linking

AC_DEFUN([RA_TRY_CFLAG], [
  AS_VAR_PUSHDEF([ra_ok], [ra_cv_cflag_$1])
  AC_CACHE_CHECK([whether $CC takes $1], [ra_ok], [
    ra_save="$CFLAGS"
    CFLAGS="$CFLAGS -Werror $1"
    AC_COMPILE_IFELSE([AC_LANG_PROGRAM()],
      [AS_VAR_SET([ra_ok], [yes])], [AS_VAR_SET([ra_ok], [no])])
    CFLAGS="$ra_save"])
  AS_VAR_IF([ra_ok], [yes], [PROJECT_CFLAGS="$PROJECT_CFLAGS $1"])
  AS_VAR_POPDEF([ra_ok])
])

AC_DEFUN([RA_TRY_LDFLAG], [
  AS_VAR_PUSHDEF([ra_ok], [ra_cv_ldflag_$1])
  AC_CACHE_CHECK([whether the linker takes $1], [ra_ok], [
    ra_save="$LDFLAGS"
    LDFLAGS="$LDFLAGS -Werror $1"
    AC_LINK_IFELSE([AC_LANG_PROGRAM()],
      [AS_VAR_SET([ra_ok], [yes])], [AS_VAR_SET([ra_ok], [no])])
    LDFLAGS="$ra_save"])
  AS_VAR_IF([ra_ok], [yes], [PROJECT_LDFLAGS="$PROJECT_LDFLAGS $1"])
  AS_VAR_POPDEF([ra_ok])
])

AC_DEFUN([RA_COMPILER_FLAGS], [
  PROJECT_CFLAGS="-std=gnu11"
  PROJECT_LDFLAGS=""
  m4_foreach_w([flag], [-Wall -Wextra -Wshadow -Wvla -Wformat=2 -Wundef -Wpointer-arith
      -Wwrite-strings -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition
      -Wimplicit-fallthrough -Wnull-dereference -Wlogical-op -Wduplicated-cond
      -Wno-missing-field-initializers
      -fstack-protector-strong -fstack-clash-protection -fcf-protection -fPIE
      -fno-strict-aliasing -fvisibility=hidden],
    [RA_TRY_CFLAG(flag)])
  m4_foreach([flag], [[-pie], [-Wl,-z,relro], [-Wl,-z,now], [-Wl,-z,noexecstack],
      [-Wl,--as-needed]],
    [RA_TRY_LDFLAG(flag)])
  AS_IF([test "$enable_werror" = yes], [PROJECT_CFLAGS="$PROJECT_CFLAGS -Werror"])

  SAN_FLAGS=""
  AS_CASE([$enable_sanitizers],
    [no], [],
    [yes], [SAN_FLAGS="-fsanitize=address,undefined"],
    [SAN_FLAGS="-fsanitize=$enable_sanitizers"])
  AS_IF([test "$enable_fuzzing" = yes],
    [SAN_FLAGS="${SAN_FLAGS:--fsanitize=address,undefined} -fsanitize=fuzzer-no-link"])
  AS_IF([test -n "$SAN_FLAGS"],
    [SAN_FLAGS="$SAN_FLAGS -fno-omit-frame-pointer -fno-sanitize-recover=undefined"],
    [PROJECT_CPPFLAGS="-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2"])
  COV_FLAGS=""
  AS_IF([test "$enable_coverage" = yes], [COV_FLAGS="--coverage -O0"])

  dnl _FORTIFY_SOURCE warns when nothing optimises.
  AS_CASE([" $CFLAGS "], [*" -O0 "*|*" -Og "*], [PROJECT_CPPFLAGS=""])
  AS_IF([test "$enable_coverage" = yes], [PROJECT_CPPFLAGS=""])
  AC_SUBST([PROJECT_CPPFLAGS])
  AC_SUBST([PROJECT_CFLAGS])
  AC_SUBST([PROJECT_LDFLAGS])
  AC_SUBST([SAN_FLAGS])
  AC_SUBST([COV_FLAGS])
])
