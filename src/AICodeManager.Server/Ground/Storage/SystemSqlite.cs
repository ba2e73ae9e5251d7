using System.Reflection;
using System.Runtime.InteropServices;

namespace AICodeManager.Server.Ground.Storage;

/// <summary>
/// Binds the SQLite provider to the operating system's own library, which the distribution patches; the native
/// library bundled for NuGet carries known vulnerabilities (docs/decisions/0003).
/// </summary>
internal static class SystemSqlite
{
    private static readonly Lazy<bool> Once = new(() =>
    {
        var provider = new SQLitePCL.SQLite3Provider_e_sqlite3();
        NativeLibrary.SetDllImportResolver(provider.GetType().Assembly, Resolve);
        SQLitePCL.raw.SetProvider(provider);
        return true;
    });

    public static void Use() => _ = Once.Value;

    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != "e_sqlite3")
        {
            return IntPtr.Zero;
        }

        var system = OperatingSystem.IsWindows() ? "winsqlite3"
            : OperatingSystem.IsMacOS() ? "libsqlite3.dylib"
            : "libsqlite3.so.0";
        return NativeLibrary.TryLoad(system, out var handle)
            ? handle
            : throw new DllNotFoundException($"SQLite was not found ({system}); on Debian and Ubuntu install libsqlite3-0.");
    }
}
