using System.Text;

namespace AICodeManager.Server.Work.Sandbox.Probes;

/// <summary>The probes' inner half: Python, because a sandbox has it and it can make any system call.</summary>
internal static class ProbeScript
{
    /// <summary>The command that takes a script on its standard input.</summary>
    public static IReadOnlyList<string> Command(string configuration) => ["python3", "-I", "-S", "-", configuration];

    /// <summary>The command of the sandbox beside.</summary>
    public static IReadOnlyList<string> Neighbour(string mark, int port) =>
        ["python3", "-I", "-S", "-c", Read("neighbour"), mark, port.ToString()];

    /// <summary>The whole script of a stage.</summary>
    public static Stream Of(ProbeStage stage)
    {
        string[] parts = stage == ProbeStage.Quick ? ["ground", "files", "kernel", "network", "rights"] : ["ground", "bombs"];
        return new MemoryStream(Encoding.UTF8.GetBytes(string.Concat(parts.Select(Read)) + "\n\nmain()\n"));
    }

    private static string Read(string part)
    {
        using var stream = typeof(ProbeScript).Assembly.GetManifestResourceStream($"probes/{part}.py")
            ?? throw new InvalidOperationException($"The probe script '{part}' is not in the program.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
