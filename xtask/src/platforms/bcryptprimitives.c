/* Windows' source of random bytes, for Wine 8, which has no bcryptprimitives.dll. */
#include <windows.h>

BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE bytes, SIZE_T size) {
  while (size) {
    ULONG piece = size > 0x10000000 ? 0x10000000 : (ULONG)size;
    if (!SystemFunction036(bytes, piece)) return FALSE;
    bytes += piece;
    size -= piece;
  }
  return TRUE;
}

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved) { return TRUE; }
