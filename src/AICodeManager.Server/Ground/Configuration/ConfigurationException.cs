namespace AICodeManager.Server.Ground.Configuration;

/// <summary>The configuration cannot be used. All faults that were found are in <see cref="Faults"/>, never only the first.</summary>
/// <remarks>The command line prints <see cref="Exception.Message"/>, one line a fault, and exits 2 without starting.</remarks>
public sealed class ConfigurationException(IReadOnlyList<ConfigurationFault> faults)
    : Exception(string.Join('\n', faults))
{
    public IReadOnlyList<ConfigurationFault> Faults { get; } = faults;
}
