using System.IO.Pipes;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AICodeManager.Server.Work.Sandbox.Bubblewrap;

/// <summary>A profile as the kernel takes it: a BPF program, made by libseccomp for this machine's own architecture alone.</summary>
/// <param name="Program">At most 32 KiB (the kernel takes 4096 instructions of 8 bytes).</param>
/// <param name="Unknown">System calls of the profile that this libseccomp does not know; they stay forbidden.</param>
internal sealed record SeccompFilter(byte[] Program, IReadOnlyList<string> Unknown)
{
    private const int NoSuchCall = -1;

    /// <exception cref="SandboxException"><c>limit_unavailable</c>: libseccomp is missing or refuses the profile.</exception>
    public static SeccompFilter Compile(SeccompProfile profile)
    {
        try
        {
            return Build(profile.File);
        }
        catch (DllNotFoundException fault)
        {
            throw new SandboxException("limit_unavailable", "libseccomp.so.2 is missing; install the package libseccomp2.", fault);
        }
    }

    private static SeccompFilter Build(SeccompFile file)
    {
        var context = LibSeccomp.Init(0x00050000 | file.DefaultErrnoRet);
        if (context == 0)
            throw Refused("the default action", 0);
        try
        {
            var unknown = new List<string>();
            foreach (var rule in file.Syscalls)
                Add(context, rule, unknown);
            return new SeccompFilter(Export(context), unknown);
        }
        finally
        {
            LibSeccomp.Release(context);
        }
    }

    private static void Add(nint context, SeccompRule rule, List<string> unknown)
    {
        var conditions = (rule.Args ?? [])
            .Select(argument => new LibSeccomp.Comparison(argument.Index, argument.OperatorNumber(), argument.Value, argument.ValueTwo))
            .ToArray();
        foreach (var name in rule.Names)
        {
            var number = LibSeccomp.ResolveName(name);
            if (number == NoSuchCall)
                unknown.Add(name);
            else if (LibSeccomp.AddRule(context, rule.ActionNumber(), number, (uint)conditions.Length, conditions) is not 0 and var error)
                throw Refused(name, error);
        }
    }

    private static byte[] Export(nint context)
    {
        // The largest program fits into a pipe's buffer (64 KiB), so writing before reading cannot block.
        using var writer = new AnonymousPipeServerStream(PipeDirection.Out, HandleInheritability.None);
        using var reader = new AnonymousPipeClientStream(PipeDirection.In, writer.ClientSafePipeHandle);
        if (LibSeccomp.ExportBpf(context, writer.SafePipeHandle) is not 0 and var error)
            throw Refused("export", error);
        writer.Dispose();
        using var program = new MemoryStream();
        reader.CopyTo(program);
        return program.ToArray();
    }

    private static SandboxException Refused(string what, int error) =>
        new("limit_unavailable", $"libseccomp refuses the seccomp profile ({what}, error {-error}).");
}

/// <summary>The few functions of libseccomp 2.5 that are needed (<c>seccomp.h</c>).</summary>
internal static partial class LibSeccomp
{
    private const string Library = "libseccomp.so.2";

    [StructLayout(LayoutKind.Sequential)]
    internal readonly record struct Comparison(uint Argument, int Operator, ulong First, ulong Second);

    [LibraryImport(Library, EntryPoint = "seccomp_init")]
    internal static partial nint Init(uint defaultAction);

    [LibraryImport(Library, EntryPoint = "seccomp_release")]
    internal static partial void Release(nint context);

    [LibraryImport(Library, EntryPoint = "seccomp_syscall_resolve_name", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int ResolveName(string name);

    [LibraryImport(Library, EntryPoint = "seccomp_rule_add_array")]
    internal static partial int AddRule(nint context, uint action, int call, uint count, [In] Comparison[] comparisons);

    [LibraryImport(Library, EntryPoint = "seccomp_export_bpf")]
    internal static partial int ExportBpf(nint context, SafePipeHandle descriptor);
}
