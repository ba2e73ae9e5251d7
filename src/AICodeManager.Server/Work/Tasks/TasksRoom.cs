using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Work.Agents;

namespace AICodeManager.Server.Work.Tasks;

/// <summary>
/// Tasks: the queue, the states, the events, the approvals, the runs. The only room that knows both halves of the
/// house: who asks (FrontDoor, Projects) and what runs (Sandbox, Agents, ModelGateway).
/// </summary>
public static class TasksRoom
{
    public static void AddTasks(this IServiceCollection services)
    {
        StorageTypes.AddWord(s => s.Word, word => new TaskState(word));
        services.AddSingleton<IAgentCli, ClaudeCode>();
        services.AddSingleton<TaskCatalog>();
        services.AddSingleton<TaskFeed>();
        services.AddSingleton<TaskTexts>();
        services.AddSingleton<TaskLog>();
        services.AddSingleton<TaskStore>();
        services.AddSingleton<RunStore>();
        services.AddSingleton<ApprovalStore>();
        services.AddSingleton<TaskFolders>();
        services.AddSingleton<TaskAlerts>();
        services.AddHostedService(s => s.GetRequiredService<TaskAlerts>());
        services.AddSingleton<TaskMetrics>();
        services.AddSingleton<TaskLauncher>();
        services.AddSingleton<TaskWorker>();
        services.AddHostedService(s => s.GetRequiredService<TaskWorker>());
    }
}
