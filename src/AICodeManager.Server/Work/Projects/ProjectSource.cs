namespace AICodeManager.Server.Work.Projects;

/// <summary>Where the first content of a project comes from, once it was found acceptable.</summary>
public abstract record ProjectSource(string Type, string? Url);

/// <summary>Nothing but an empty first commit.</summary>
public sealed record EmptySource() : ProjectSource("empty", null);

/// <summary>An uploaded archive.</summary>
/// <param name="Folder">Folder of this host that holds the upload and nothing else; removed after preparation.</param>
public sealed record ArchiveSource(string Folder) : ProjectSource("archive", null);

/// <summary>A bare repository on this host, beneath a folder that the administrator allows.</summary>
/// <param name="Folder">Its absolute path, found free of links.</param>
public sealed record LocalGitSource(string Folder, string? Branch) : ProjectSource("git", Folder);

/// <summary>A repository at an address that the administrator allows.</summary>
/// <param name="Address">Scheme, host, port and path only.</param>
/// <param name="PrivateAllowed">The administrator's entry itself names a private address, so this one host may be reached.</param>
public sealed record RemoteGitSource(Uri Address, bool PrivateAllowed, string? Branch) : ProjectSource("git", Address.AbsoluteUri);
