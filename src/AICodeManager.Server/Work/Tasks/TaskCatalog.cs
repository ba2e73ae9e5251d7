using AICodeManager.Server.Work.Agents;
using AICodeManager.Server.Work.ModelGateway;

namespace AICodeManager.Server.Work.Tasks;

/// <summary>Which agents a task may ask for, and whether a task can be run at all.</summary>
public sealed class TaskCatalog(IEnumerable<IAgentCli> agents, GatewayHost gateway)
{
    private readonly Dictionary<string, IAgentCli> byName = agents.ToDictionary(a => a.Name);

    public string DefaultAgent => "claude";

    public IReadOnlyCollection<string> Agents => byName.Keys;

    /// <summary>Why tasks cannot be run, in words for people; null when they can.</summary>
    public string? Obstacle => gateway.NotConfigured?.Message;

    public IAgentCli Find(string name) => byName[name];
}
