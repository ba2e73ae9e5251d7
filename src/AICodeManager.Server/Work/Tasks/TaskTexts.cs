using System.Globalization;
using AICodeManager.Server.Keeping.Vault;

namespace AICodeManager.Server.Work.Tasks;

/// <summary>
/// What people and agents say in a task, as it lies in the database: sealed where <c>database.encryption.encrypted_fields</c>
/// names the column, in clear otherwise. What was stored before that was changed is read as it is.
/// </summary>
/// <remarks>Reading throws <see cref="VaultException"/> for a text that was altered or moved, or whose key is gone.</remarks>
public sealed class TaskTexts(SealedFields fields)
{
    private const string Prompt = "tasks.prompt", Message = "task_messages.text", Event = "task_events.data", Input = "task_approvals.input";

    internal string KeepPrompt(Guid task, string text) => fields.Keep(Prompt, text, Row(task));

    internal AgentTask Opened(AgentTask task) => task with { Prompt = fields.Read(Prompt, task.Prompt, Row(task.Id)) };

    internal string KeepMessage(Guid task, long number, string text) => fields.Keep(Message, text, Row(task, number));

    internal string ReadMessage(Guid task, long number, string text) => fields.Read(Message, text, Row(task, number));

    internal string KeepEvent(Guid task, long number, string data) => fields.Keep(Event, data, Row(task, number));

    internal StoredEvent Opened(Guid task, StoredEvent happened) =>
        happened with { Data = fields.Read(Event, happened.Data, Row(task, happened.Number)) };

    internal string KeepInput(Guid task, string request, string input) => fields.Keep(Input, input, Row(task, request));

    internal Approval Opened(Guid task, Approval approval) =>
        approval with { Input = fields.Read(Input, approval.Input, Row(task, approval.RequestId)) };

    private static string Row(Guid task) => task.ToString("D");

    private static string Row(Guid task, long number) => Row(task, number.ToString(CultureInfo.InvariantCulture));

    private static string Row(Guid task, string rest) => $"{Row(task)}/{rest}";
}
