namespace Aspire.Hosting.ApplicationModel;

/// <summary>A line that a resource wrote.</summary>
/// <param name="LineNumber">Its number, from 1.</param>
/// <param name="Content">The line, beginning with its RFC 3339 time where that is known.</param>
/// <param name="IsErrorMessage">Whether it came from standard error.</param>
public readonly record struct LogLine(int LineNumber, string Content, bool IsErrorMessage);
