namespace Aspire.Hosting.Dcp;

/// <summary>The states of a program.</summary>
internal static class DcpState
{
    public const string Starting = "Starting";
    public const string Running = "Running";
    public const string Stopping = "Stopping";
    public const string Finished = "Finished";
    public const string Terminated = "Terminated";
    public const string FailedToStart = "FailedToStart";
    public const string Unknown = "Unknown";
    public const string NotFound = "NotFound";

    public static bool IsTerminal(string? state) => state is Finished or Terminated or FailedToStart or Unknown or NotFound;
}
