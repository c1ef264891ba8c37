using System.Reflection;
using Aspire.Hosting.Pipelines;

namespace SidecarAspire.Hosting.Tests.Publishing;

/// <summary>Keeps what a step logs. A proxy, because Aspire's interface has many members that nobody calls here.</summary>
public class RecordingStep : DispatchProxy
{
    private readonly List<string> _lines = [];

    public static (IReportingStep Step, IReadOnlyList<string> Lines) Create()
    {
        var step = Create<IReportingStep, RecordingStep>();
        return (step, ((RecordingStep)step)._lines);
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod?.Name != nameof(IReportingStep.Log))
        {
            throw new NotSupportedException($"{targetMethod?.Name} is not recorded.");
        }

        _lines.Add($"{args![0]}: {args[1]}");
        return null;
    }
}
