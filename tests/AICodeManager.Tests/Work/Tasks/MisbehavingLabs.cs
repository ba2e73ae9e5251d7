using AICodeManager.ScriptedModel;
using AICodeManager.Server.Work.Agents;
using AICodeManager.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AICodeManager.Tests.Work.Tasks;

/// <summary>Two servers with narrow limits for all misbehaving agents of a class: one that waits, one that does not.</summary>
public sealed class MisbehavingLabs : IAsyncLifetime
{
    private const string Narrow = """
        tasks:
          output_limit: 1m
          time_limit: 60s
        projects:
          size_limit: 8m
        docker:
          security:
            resources:
              memory_limit: 256m
        """;

    public TaskLab Lab { get; private set; } = null!;

    /// <summary>Gives a task two seconds.</summary>
    public TaskLab HastyLab { get; private set; } = null!;

    public static Task<TaskLab> StartAsync(string engine, string config, Action<IServiceCollection>? change = null) => TaskLab.StartAsync(
        engine, ModelScript.Demo(), config, services =>
        {
            services.AddSingleton<IAgentCli, MisbehavingAgent>();
            change?.Invoke(services);
        });

    public async ValueTask InitializeAsync()
    {
        Lab = await StartAsync("bubblewrap", Narrow);
        HastyLab = await StartAsync("bubblewrap", "tasks:\n  time_limit: 2s\n");
    }

    public async ValueTask DisposeAsync()
    {
        await Lab.DisposeAsync();
        await HastyLab.DisposeAsync();
    }
}
