namespace AICodeManager.Server.Ground.Configuration.Reading;

/// <summary>The faults found so far, bounded, so that a file of rubbish does not become a report of rubbish.</summary>
internal sealed class FaultList(string? file)
{
    /// <summary>Faults that are reported one by one.</summary>
    public const int Limit = 200;

    private readonly List<ConfigurationFault> faults = [];
    private int unreported;

    /// <summary>Faults so far, those beyond the limit included.</summary>
    public int Count => faults.Count + unreported;

    public void InFile(long? line, string? key, string problem, string? accepted) =>
        Add(new ConfigurationFault(file, line, null, key, problem, accepted));

    public void InVariable(string variable, string? key, string problem, string? accepted) =>
        Add(new ConfigurationFault(null, null, variable, key, problem, accepted));

    /// <summary>In the file's order, then the environment's.</summary>
    public IReadOnlyList<ConfigurationFault> InOrder()
    {
        var ordered = faults.OrderBy(fault => fault.Variable is not null).ThenBy(fault => fault.Line ?? 0).ToList();
        if (unreported > 0)
            ordered.Add(new ConfigurationFault(file, null, null, null, $"and {unreported} more faults", null));
        return ordered;
    }

    private void Add(ConfigurationFault fault)
    {
        if (faults.Count < Limit)
            faults.Add(fault);
        else
            unreported++;
    }
}
