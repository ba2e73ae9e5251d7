using System.Text.Json;
using System.Text.Json.Serialization;

namespace AICodeManager.Server.Work.Tasks;

/// <summary>Where a task stands (contract, section E). The word is the same in the database, the API and the events.</summary>
[JsonConverter(typeof(TaskStateJson))]
public readonly record struct TaskState(string Word)
{
    public static readonly TaskState
        Queued = new("queued"),
        Starting = new("starting"),
        Running = new("running"),
        WaitingApproval = new("waiting_approval"),
        Succeeded = new("succeeded"),
        Failed = new("failed"),
        Cancelled = new("cancelled"),
        TimedOut = new("timed_out");

    /// <summary>The task is over, until a further message takes it up again.</summary>
    public bool IsFinal => this == Succeeded || this == Failed || this == Cancelled || this == TimedOut;

    /// <summary>A sandbox may be running for it.</summary>
    public bool IsActive => this == Starting || this == Running || this == WaitingApproval;

    public override string ToString() => Word;

    private sealed class TaskStateJson : JsonConverter<TaskState>
    {
        public override TaskState Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(reader.GetString() ?? "");

        public override void Write(Utf8JsonWriter writer, TaskState value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Word);
    }
}

/// <summary>Which tool calls wait for a person (contract, section E).</summary>
public static class ApprovalMode
{
    /// <summary>Every call that changes or runs something waits.</summary>
    public const string Ask = "ask";

    /// <summary>Edits inside the working copy go ahead, the rest waits.</summary>
    public const string Edits = "edits";

    /// <summary>Nothing waits.</summary>
    public const string Never = "never";
}
