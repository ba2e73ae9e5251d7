using AICodeManager.Tests.Fixtures;

namespace AICodeManager.Tests.Work.Tasks;

/// <summary>A lab that seals everything of its tasks that can be sealed, and whose model asks for one command.</summary>
public sealed class SealedTextLab : IAsyncLifetime
{
    public const string Command = "echo command-word-42";

    private const string Config = """
        database:
          encryption:
            encrypted_fields:
              - "users.oauth_tokens"
              - "sessions.data"
              - "workspaces.environment_vars"
              - "tasks.prompt"
              - "task_messages.text"
              - "task_events.data"
              - "task_approvals.input"
        """;

    public TaskLab Lab { get; private set; } = null!;

    public async ValueTask InitializeAsync() =>
        Lab = await TaskLab.StartAsync("bubblewrap", ApprovalTests.One("Bash", $$"""{"command":"{{Command}}"}"""), Config);

    public ValueTask DisposeAsync() => Lab.DisposeAsync();
}
