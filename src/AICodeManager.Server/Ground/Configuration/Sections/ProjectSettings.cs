using AICodeManager.Server.Ground.Configuration.Forms;
using AICodeManager.Server.Ground.Configuration.Reading;

namespace AICodeManager.Server.Ground.Configuration.Sections;

/// <summary><c>projects</c> (our own): how large working copies may be and where they may come from.</summary>
public sealed record ProjectSettings
{
    /// <summary>Bytes of one working copy.</summary>
    public required long SizeLimit { get; init; }

    /// <summary>Files and folders of one working copy.</summary>
    public required int FilesLimit { get; init; }

    /// <summary>Bytes of one upload.</summary>
    public required long UploadLimit { get; init; }

    /// <summary>Bytes of one diff; larger ones are cut off and say so.</summary>
    public required long DiffLimit { get; init; }

    /// <summary>Where projects may be cloned from; empty for nowhere.</summary>
    public required IReadOnlyList<GitSource> GitSources { get; init; }

    internal static ProjectSettings Read(SectionReader section) => new()
    {
        SizeLimit = section.Value("size_limit", "2g", Sizes.Between("1m", "1024g")),
        FilesLimit = section.Value("files_limit", "200000", Numbers.Whole(100, 10_000_000)),
        UploadLimit = section.Value("upload_limit", "256m", Sizes.Between("1k", "64g")),
        DiffLimit = section.Value("diff_limit", "10m", Sizes.Between("1k", "1g")),
        GitSources = section.List("git_sources", [], Forms.GitSources.Source),
    };
}
