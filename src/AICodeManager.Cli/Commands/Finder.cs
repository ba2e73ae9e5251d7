using AICodeManager.Cli.Api;

namespace AICodeManager.Cli.Commands;

/// <summary>Finds what a person names: by id, by the beginning of an id (at least 4 characters), or by exact name.</summary>
internal sealed class Finder(WorkspaceApi workspaces, ProjectApi projects)
{
    private const int ShortestPrefix = 4;
    private const int MostCandidates = 10;

    public async Task<string> WorkspaceAsync(string named, CancellationToken cancellationToken)
    {
        if (Guid.TryParseExact(named, "D", out _))
            return named;
        var all = await workspaces.ListAsync(cancellationToken);
        return One("workspace", named, all.Value.Select(one => new Candidate(one.Id, one.Name)));
    }

    public async Task<string> ProjectAsync(string named, CancellationToken cancellationToken)
    {
        if (Guid.TryParseExact(named, "D", out _))
            return named;
        var all = new List<Candidate>();
        foreach (var workspace in (await workspaces.ListAsync(cancellationToken)).Value)
            all.AddRange((await projects.ListAsync(workspace.Id, cancellationToken)).Value
                .Select(one => new Candidate(one.Id, one.Name, $" in workspace {workspace.Name}")));
        return One("project", named, all);
    }

    /// <summary>Tasks have no names and no list over all projects: only the whole id finds one.</summary>
    public static string Task(string named) => Guid.TryParseExact(named, "D", out _) ? named
        : throw CliFailure.Usage($"'{named}' is not a task; accepted is its whole id, as 'aicli task list' shows it.");

    /// <summary>The one candidate that <paramref name="named"/> can mean.</summary>
    /// <exception cref="CliFailure">None, or more than one: taking a likely one could delete the wrong thing.</exception>
    public static string One(string kind, string named, IEnumerable<Candidate> candidates)
    {
        var meant = candidates.Where(one => one.Answers(named)).ToList();
        return meant switch
        {
            [var only] => only.Id,
            [] => throw new CliFailure(
                ExitCode.NotFound,
                $"No {kind} is named '{named}'; accepted are an id, the beginning of one ({ShortestPrefix} characters or more) or an exact name."),
            _ => throw CliFailure.Usage(
                $"'{named}' can be {meant.Count} {kind}s; name one by its id: {string.Join(", ", meant.Take(MostCandidates))}"
                + (meant.Count > MostCandidates ? ", …" : "")),
        };
    }

    /// <param name="Remark">What else tells it from its namesakes.</param>
    internal sealed record Candidate(string Id, string? Name, string Remark = "")
    {
        public bool Answers(string named) =>
            Id == named || Name == named
            || (named.Length >= ShortestPrefix && Id.StartsWith(named, StringComparison.OrdinalIgnoreCase));

        public override string ToString() => $"{Id} ({(Name + Remark).Trim()})";
    }
}
