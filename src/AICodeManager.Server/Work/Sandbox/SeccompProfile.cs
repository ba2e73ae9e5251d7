using System.Text.Json;

namespace AICodeManager.Server.Work.Sandbox;

/// <summary>
/// The allow-list of system calls, read from Docker's profile format (moby <c>profiles/seccomp</c>): the same file is
/// given to the Docker engine as text and compiled for bubblewrap, so that both engines allow the same.
/// </summary>
/// <remarks>Accepts only what both engines can enforce: no capability or kernel conditions, no further architectures.</remarks>
public sealed class SeccompProfile
{
    private const int MaxLength = 1 << 20;

    private SeccompProfile(string json, SeccompFile file) => (Json, File) = (json, file);

    /// <summary>The profile as Docker wants it.</summary>
    public string Json { get; }

    internal SeccompFile File { get; }

    /// <summary>Reads a profile of at most 1 MiB.</summary>
    /// <exception cref="FormatException">The file is not such a profile; the message says why.</exception>
    public static async Task<SeccompProfile> LoadAsync(string path, CancellationToken cancel)
    {
        if (new FileInfo(path).Length > MaxLength)
            throw new FormatException("The seccomp profile is larger than 1 MiB.");
        return Parse(await System.IO.File.ReadAllTextAsync(path, cancel));
    }

    /// <inheritdoc cref="LoadAsync"/>
    public static SeccompProfile Parse(string json)
    {
        SeccompFile file;
        try
        {
            file = JsonSerializer.Deserialize(json, SeccompJson.Default.SeccompFile)
                ?? throw new FormatException("The seccomp profile is empty.");
        }
        catch (JsonException fault)
        {
            throw new FormatException($"The seccomp profile is not in Docker's format: {fault.Message}", fault);
        }

        // A list that allows by default protects nothing and is a mistake, whatever it goes on to forbid.
        if (file.DefaultAction != "SCMP_ACT_ERRNO")
            throw new FormatException("The seccomp profile must refuse by default (SCMP_ACT_ERRNO).");
        foreach (var rule in file.Syscalls)
        {
            if (rule.Names.Count == 0)
                throw new FormatException("A rule of the seccomp profile names no system call.");
            _ = rule.ActionNumber();
            foreach (var argument in rule.Args ?? [])
                _ = argument.OperatorNumber();
        }

        return new SeccompProfile(json, file);
    }
}
