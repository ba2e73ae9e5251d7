namespace AICodeManager.Cli;

/// <summary>What the process tells its caller. The numbers are a promise to scripts: see docs/cli.md.</summary>
internal enum ExitCode
{
    /// <summary>Done; a followed task succeeded.</summary>
    Ok = 0,

    /// <summary>The server refused or failed, or the followed task ended failed, cancelled or timed out.</summary>
    Failed = 1,

    /// <summary>The command line or a local input is wrong.</summary>
    Usage = 2,

    /// <summary>Not signed in, or the server refused who is asking (401).</summary>
    NotSignedIn = 3,

    /// <summary>There is no such thing, or it is not for this user to know (404).</summary>
    NotFound = 4,

    /// <summary>No usable answer came from the server's address.</summary>
    Unreachable = 5,

    /// <summary>Ctrl-C.</summary>
    Interrupted = 130,
}
