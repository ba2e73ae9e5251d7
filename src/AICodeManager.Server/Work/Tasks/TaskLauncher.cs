using System.Diagnostics;
using System.Security.Cryptography;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Configuration;
using AICodeManager.Server.Ground.Storage;
using AICodeManager.Server.Ground.Telemetry;
using AICodeManager.Server.Keeping.Audit;
using AICodeManager.Server.Keeping.Vault;
using AICodeManager.Server.Work.Agents;
using AICodeManager.Server.Work.ModelGateway;
using AICodeManager.Server.Work.Projects;
using AICodeManager.Server.Work.Sandbox;
using AICodeManager.Server.Work.Workspaces.Environment;

namespace AICodeManager.Server.Work.Tasks;

/// <summary>Brings together what a run needs — working copy, gateway, sandbox — and puts it all away when the run is over.</summary>
public sealed partial class TaskLauncher(
    TaskCatalog catalog, Sandboxes sandboxes, SandboxProfile profile, GatewayHost gateways, WorkingCopies copies,
    WorkingCopyLocks locks, TaskFolders folders, EnvironmentStore environments, RunStore runs, TaskLog log, ApprovalStore approvals,
    TaskFeed feed, TaskAlerts alerts, AuditTrail audit, TaskMetrics metrics,
    Database database, Settings settings, TimeProvider time, ILogger<TaskLauncher> logger)
{
    private const string Unconfined =
        "This task is NOT sandboxed: AICLI_SANDBOX=none. It runs with the server's own rights, and no limit or policy holds.";

    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(60), LockRetry = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(30), FirstPause = TimeSpan.FromSeconds(1), LongestPause = EndPatience;

    /// <summary>Runs a claimed task, or goes on with one that an earlier process began.</summary>
    internal async Task RunAsync(AgentTask task, bool attach, RunInbox inbox, CancellationToken stopping)
    {
        using var span = TaskTrace.Begin(task, attach);
        var began = time.GetTimestamp();
        metrics.Began();
        string? state = null;
        try
        {
            state = (await RunToEndAsync(task, attach, inbox, stopping))?.State.Word ?? "left";
        }
        finally
        {
            metrics.Ended(state ?? Outcomes.Failed, time.GetElapsedTime(began));
            span?.SetTag("aicli.task.state", state ?? Outcomes.Failed);
            span.End(state is null or "failed" or "timed_out" ? Outcomes.Failed : Outcomes.Ok);
        }
    }

    private async Task<RunOutcome?> RunToEndAsync(AgentTask task, bool attach, RunInbox inbox, CancellationToken stopping)
    {
        RunOutcome? outcome;
        var durable = false;
        try
        {
            var engine = await sandboxes.EngineAsync(stopping);
            durable = engine.Durable;
            if (engine.Name == "none")
            {
                await log.AppendAsync(task.Id, [TaskEvent.Log("warning", Unconfined)], stopping);
            }

            outcome = await RunCoreAsync(task, attach, durable, inbox, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            outcome = durable ? null : RunOutcome.Failed("server_stopped", "The server stopped while the task ran.");
        }
        catch (OperationCanceledException) when (inbox.Ending.IsCancellationRequested)
        {
            outcome = RunOutcome.Cancelled;
        }
        catch (SandboxException refused)
        {
            outcome = RunOutcome.Failed(refused.Code, refused.Message);
        }
        catch (EnvironmentUnreadableException unreadable)
        {
            outcome = RunOutcome.Failed("environment_unreadable", unreadable.Message);
        }
        catch (VaultException unreadable)
        {
            outcome = RunOutcome.Failed("text_unreadable", unreadable.Message);
        }
        catch (Exception fault)
        {
            LogFault(logger, task.Id, fault);
            outcome = RunOutcome.Failed("internal_error", "The server failed to run the task.");
        }

        if (outcome is not null)
        {
            await FinishAsync(task, outcome, stopping);
        }

        return outcome;
    }

    /// <summary>Removes what belongs to no task: folders of deleted ones, sandboxes of none that is under way.</summary>
    public async Task RemoveStraysAsync(IEnumerable<Guid> wanted, CancellationToken cancel)
    {
        try
        {
            folders.Sweep(await runs.AllAsync(cancel));
            var names = wanted.Select(id => new AgentTask { Id = id }.SandboxName).ToHashSet();
            foreach (var found in await sandboxes.FindAsync(new Dictionary<string, string>(), cancel))
            {
                if (found.Labels.ContainsKey(SandboxSpec.TaskLabel) && !names.Contains(found.Name))
                {
                    await sandboxes.RemoveAsync(found.Name, cancel);
                }
            }
        }
        catch (Exception away) when (!cancel.IsCancellationRequested)
        {
            LogStrays(logger, away.Message);
        }
    }

    private async Task<RunOutcome?> RunCoreAsync(
        AgentTask task, bool attach, bool durable, RunInbox inbox, CancellationToken stopping)
    {
        var agent = catalog.Find(task.Agent);
        var token = new Secret(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
        var launch = agent.Launch(new AgentStart(task.Id.ToString("D"), task.AgentSession, task.Model, token));

        // Until the run drives itself, a cancellation breaks off whatever is waited for here.
        using var early = CancellationTokenSource.CreateLinkedTokenSource(stopping, inbox.Ending);
        using var copy = await LockAsync(task.ProjectId, early.Token);
        if (copy is null)
        {
            return RunOutcome.Failed("project_busy", "The project was in use for too long.");
        }

        IReadOnlyList<SandboxMount> mounts = [.. copies.AgentMounts(task.ProjectId), .. folders.Prepare(task.Id, launch)];
        await using var left = attach
            ? await sandboxes.AttachAsync(task.SandboxName, task.OutputOffset, mounts, early.Token)
            : null;
        if (attach && left is null)
        {
            // It was claimed, and nothing more: it can begin now as if nothing had happened.
            if (task.State != TaskState.Starting || !await runs.HasUndeliveredAsync(task.Id, early.Token))
            {
                return RunOutcome.Failed("interrupted", "The server ended while the task ran, and its sandbox ended with it.");
            }

            attach = false;
        }

        // A sandbox that is running has its environment; what was changed since is for the next run.
        if (attach)
        {
            await TaskBudgetLedger.SettleLostAsync(task.Id, database, time, early.Token);
        }
        else
        {
            launch = launch with { Environment = await EnvironmentAsync(task, launch, early.Token) };
            await runs.SetGatewayTokenAsync(task.Id, Convert.ToHexStringLower(token.Hash()), early.Token);
            task = task with { OutputOffset = 0 };
        }

        var tokenHash = attach && task.GatewayTokenHash is { } known ? Convert.FromHexString(known) : token.Hash();
        var ledger = new TaskBudgetLedger(task.Id, database, log, feed, time, alerts);
        await using var door = await gateways.OpenAsync(
            new GatewayLease(folders.SocketFolder(task.Id), tokenHash, ledger, task.Id.ToString("D")) { Trace = Activity.Current?.Context ?? default },
            early.Token);
        await using var begun = left is null ? await sandboxes.StartAsync(Spec(task, launch, mounts), early.Token) : null;
        var sandbox = (left ?? begun)!;
        using var limits = new RunLimits(
            time, settings.Tasks.TimeLimit, settings.Tasks.ApprovalWaitLimit, name => inbox.PostEnd(new RunStep.Expired(name)));
        var calls = new ToolCallAudit(audit, task, time);
        var run = new TaskRun(
            task, agent, sandbox, door, limits, inbox, runs, log, approvals, calls, settings.Tasks.OutputLimit, time);
        using var driving = Tracing.Source.StartActivity("agent run");
        try
        {
            return await run.DriveAsync(attach, stopping) is { } outcome ? outcome with { UntoldCalls = calls.Untold } : null;
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested && durable)
        {
            await sandbox.DetachAsync();
            return null;
        }
    }

    // What the agent is set up by goes before what a workspace sets, whatever names the workspace may have found.
    private async Task<IReadOnlyDictionary<string, string>> EnvironmentAsync(AgentTask task, AgentLaunch launch, CancellationToken cancel)
    {
        var whole = new Dictionary<string, string>(launch.Environment);
        foreach (var (name, value) in await environments.OpenAsync(await runs.WorkspaceOfAsync(task.ProjectId, cancel), cancel))
        {
            whole.TryAdd(name, value.Reveal());
        }

        return whole;
    }

    private SandboxSpec Spec(AgentTask task, AgentLaunch launch, IReadOnlyList<SandboxMount> mounts) => new()
    {
        Name = task.SandboxName,
        Labels = new Dictionary<string, string> { [SandboxSpec.TaskLabel] = task.Id.ToString("D") },
        Command = launch.Command,
        Environment = launch.Environment,
        Mounts = mounts,
        WorkingFolder = SandboxPaths.Workspace,
        Profile = profile,
        Durable = true,
    };

    private async Task<IDisposable?> LockAsync(Guid projectId, CancellationToken cancel)
    {
        var since = time.GetTimestamp();
        while (time.GetElapsedTime(since) < LockPatience)
        {
            if (locks.TryEnter(projectId, "task") is { } held)
            {
                return held;
            }

            await Task.Delay(LockRetry, time, cancel);
        }

        return null;
    }

    // The end is written whatever happens around it: a database that is away or a disk that is full must not leave a
    // task under way for ever. What a stopping server cannot write, its successor does.
    private async Task FinishAsync(AgentTask task, RunOutcome outcome, CancellationToken stopping)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await WriteEndAsync(task, outcome);
                alerts.Ended(task, outcome);
                return;
            }
            catch (Exception fault) when (!stopping.IsCancellationRequested)
            {
                LogUnfinished(logger, task.Id, fault);
            }

            await Task.Delay(pause, time, stopping);
            if (await IsGoneAsync(task.Id))
            {
                return;
            }
        }
    }

    private async Task<bool> IsGoneAsync(Guid id)
    {
        try
        {
            using var patience = new CancellationTokenSource(EndPatience, time);
            return await runs.FindAsync(id, patience.Token) is not { State.IsActive: true };
        }
        catch (Exception fault)
        {
            LogUnfinished(logger, id, fault);
            return false;
        }
    }

    private async Task WriteEndAsync(AgentTask task, RunOutcome outcome)
    {
        using var patience = new CancellationTokenSource(EndPatience, time);
        // Before the end is told: a next run of the task makes this folder anew.
        folders.RemoveSocket(task.Id);
        await approvals.WithdrawAsync(task.Id, null, patience.Token);
        await TaskBudgetLedger.SettleLostAsync(task.Id, database, time, patience.Token);
        if (outcome is { State: var state, Text: { Length: > 0 } words } && state != TaskState.Succeeded)
        {
            await log.AppendAsync(task.Id, [TaskEvent.Log("error", words)], patience.Token);
        }

        await runs.FinishAsync(task.Id, outcome, patience.Token);
    }

    [LoggerMessage(LogLevel.Error, "The end of task {id} could not be written; trying again")]
    private static partial void LogUnfinished(ILogger logger, Guid id, Exception fault);

    [LoggerMessage(LogLevel.Error, "The run of task {id} failed")]
    private static partial void LogFault(ILogger logger, Guid id, Exception fault);

    [LoggerMessage(LogLevel.Warning, "Left-over sandboxes could not be looked for: {why}")]
    private static partial void LogStrays(ILogger logger, string why);
}
