// Streams, events, captures and graphs. Work is done where it is submitted, so that a stream is always idle.
#include <algorithm>

#include "state.h"

using namespace kd_emulator;

namespace {

Stream* ownStream(void* handle) {
  const auto stream = static_cast<Stream*>(handle);
  return state().streams.contains(stream) ? stream : nullptr;
}

Event* ownEvent(void* handle) {
  const auto event = static_cast<Event*>(handle);
  return state().events.contains(event) ? event : nullptr;
}

int replay(const Recording& recording) {
  for (const Node& node : recording.nodes) {
    const int code = node.run();
    if (code != CUDA_SUCCESS) return code;
  }
  return CUDA_SUCCESS;
}

void freeOwnMemory(const Recording& recording) {
  for (const std::uintptr_t address : recording.memory) {
    Allocation* const allocation = allocationAt(address);
    if (allocation == nullptr || !allocation->live) continue;
    recording.device->used -= allocation->bytes;
    allocation->live = false;
  }
}

}  // namespace

KD_DRIVER cuStreamCreate(void** stream, unsigned flags) {
  return call("cuStreamCreate", Needs::context, [&]() -> int {
    if (stream == nullptr || flags > 1) return CUDA_ERROR_INVALID_VALUE;
    auto* const created = new Stream{.device = current(), .blocking = flags == 0};
    state().streams.insert(created);
    *stream = created;
    return CUDA_SUCCESS;
  });
}

KD_DRIVER cuStreamCreateWithPriority(void** stream, unsigned flags, int) { return cuStreamCreate(stream, flags); }

KD_DRIVER cuStreamDestroy_v2(void* handle) {
  return call("cuStreamDestroy_v2", Needs::context, [&]() -> int {
    Stream* const stream = ownStream(handle);
    if (stream == nullptr) return CUDA_ERROR_INVALID_HANDLE;
    state().streams.erase(stream);
    delete stream;
    return CUDA_SUCCESS;
  });
}

KD_DRIVER cuStreamSynchronize(void* handle) {
  return call("cuStreamSynchronize", Needs::context, [&]() -> int {
    Stream* stream;
    const int bad = streamOf(handle, stream);
    if (bad != CUDA_SUCCESS) return bad;
    if (stream != nullptr && stream->capture != nullptr) {
      stream->invalidated = true;
      return report(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, "cuStreamSynchronize: not permitted on a stream that captures");
    }
    trimPool(*current(), current()->poolThreshold);
    return checkZones("cuStreamSynchronize");
  });
}

KD_DRIVER cuStreamQuery(void* handle) {
  return call("cuStreamQuery", Needs::context, [&]() -> int {
    Stream* stream;
    const int bad = streamOf(handle, stream);
    if (bad != CUDA_SUCCESS) return bad;
    if (stream != nullptr && stream->capture != nullptr) {
      stream->invalidated = true;
      return report(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, "cuStreamQuery: not permitted on a stream that captures");
    }
    return CUDA_SUCCESS;
  });
}

KD_DRIVER cuStreamWaitEvent(void* handle, void* event, unsigned) {
  return call("cuStreamWaitEvent", Needs::context, [&]() -> int {
    Stream* stream;
    const int bad = streamOf(handle, stream);
    if (bad != CUDA_SUCCESS) return bad;
    const Event* const awaited = ownEvent(event);
    if (awaited == nullptr) return CUDA_ERROR_INVALID_HANDLE;
    const std::shared_ptr<Recording> capture = awaited->capture.lock();
    if (stream == nullptr || capture == stream->capture) return CUDA_SUCCESS;
    if (capture == nullptr) {
      stream->invalidated = true;
      return CUDA_ERROR_STREAM_CAPTURE_ISOLATION;
    }
    return report(CUDA_ERROR_NOT_SUPPORTED, "cuStreamWaitEvent: the emulator captures one stream at a time");
  });
}

KD_DRIVER cuLaunchHostFunc(void* stream, void (*function)(void*), void* data) {
  return call("cuLaunchHostFunc", Needs::context, [&]() -> int {
    if (function == nullptr) return CUDA_ERROR_INVALID_VALUE;
    return submit(stream, NodeKind::host, [=]() -> int {
      function(data);
      return CUDA_SUCCESS;
    });
  });
}

KD_DRIVER cuStreamBeginCapture_v2(void* handle, int mode) {
  return call("cuStreamBeginCapture_v2", Needs::context, [&]() -> int {
    if (mode < 0 || mode > 2) return CUDA_ERROR_INVALID_VALUE;
    Stream* stream;
    const int bad = streamOf(handle, stream);
    if (bad != CUDA_SUCCESS) return bad;
    if (stream == nullptr) return report(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, "the default stream cannot be captured");
    if (stream->capture != nullptr) return CUDA_ERROR_ILLEGAL_STATE;
    stream->capture.reset(new Recording{current(), {}, {}});
    stream->mode = CaptureMode(mode);
    stream->capturer = std::this_thread::get_id();
    return CUDA_SUCCESS;
  });
}

KD_DRIVER cuStreamEndCapture(void* handle, void** graph) {
  return call("cuStreamEndCapture", Needs::context, [&]() -> int {
    Stream* const stream = ownStream(handle);
    if (stream == nullptr) return CUDA_ERROR_INVALID_HANDLE;
    if (graph == nullptr) return CUDA_ERROR_INVALID_VALUE;
    *graph = nullptr;
    if (stream->capture == nullptr) return CUDA_ERROR_ILLEGAL_STATE;
    if (stream->mode != CaptureMode::relaxed && stream->capturer != std::this_thread::get_id()) {
      return CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD;
    }
    std::shared_ptr<Recording> recording = std::move(stream->capture);
    stream->capture = nullptr;
    if (std::exchange(stream->invalidated, false)) return CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
    auto* const created = new Graph{std::move(recording)};
    state().graphs.insert(created);
    *graph = created;
    return CUDA_SUCCESS;
  });
}

KD_DRIVER cuStreamIsCapturing(void* handle, int* status) {
  return call("cuStreamIsCapturing", Needs::context, [&]() -> int {
    if (status == nullptr) return CUDA_ERROR_INVALID_VALUE;
    const Stream* const stream = ownStream(handle);
    if (stream == nullptr && handle != nullptr) return CUDA_ERROR_INVALID_HANDLE;
    *status = stream == nullptr || stream->capture == nullptr ? 0 : stream->invalidated ? 2 : 1;
    return CUDA_SUCCESS;
  });
}

KD_DRIVER cuGraphInstantiateWithFlags(void** exec, void* handle, unsigned long long flags) {
  return call("cuGraphInstantiateWithFlags", Needs::context, [&]() -> int {
    Graph* const graph = static_cast<Graph*>(handle);
    if (!state().graphs.contains(graph)) return CUDA_ERROR_INVALID_HANDLE;
    if (exec == nullptr || flags > 15) return CUDA_ERROR_INVALID_VALUE;
    auto* const created = new GraphExec{graph->recording, (flags & 1) != 0};
    state().execs.insert(created);
    *exec = created;
    return CUDA_SUCCESS;
  });
}

KD_DRIVER cuGraphUpload(void* handle, void*) {
  return call("cuGraphUpload", Needs::context, [&]() -> int {
    return state().execs.contains(static_cast<GraphExec*>(handle)) ? CUDA_SUCCESS : CUDA_ERROR_INVALID_HANDLE;
  });
}

KD_DRIVER cuGraphLaunch(void* handle, void* stream) {
  return call("cuGraphLaunch", Needs::context, [&]() -> int {
    const GraphExec* const exec = static_cast<GraphExec*>(handle);
    if (!state().execs.contains(static_cast<GraphExec*>(handle))) return CUDA_ERROR_INVALID_HANDLE;
    if (exec->recording->device != current()) return CUDA_ERROR_INVALID_CONTEXT;
    return submit(stream, NodeKind::graph, [recording = exec->recording, freesFirst = exec->freesFirst] {
      if (freesFirst) freeOwnMemory(*recording);
      return replay(*recording);
    });
  });
}

KD_DRIVER cuGraphExecDestroy(void* handle) {
  return call("cuGraphExecDestroy", Needs::context, [&]() -> int {
    GraphExec* const exec = static_cast<GraphExec*>(handle);
    if (state().execs.erase(exec) == 0) return CUDA_ERROR_INVALID_HANDLE;
    delete exec;
    return CUDA_SUCCESS;
  });
}

KD_DRIVER cuGraphDestroy(void* handle) {
  return call("cuGraphDestroy", Needs::context, [&]() -> int {
    Graph* const graph = static_cast<Graph*>(handle);
    if (state().graphs.erase(graph) == 0) return CUDA_ERROR_INVALID_HANDLE;
    delete graph;
    return CUDA_SUCCESS;
  });
}

KD_DRIVER cuGraphGetNodes(void* handle, void** nodes, std::size_t* count) {
  return call("cuGraphGetNodes", Needs::context, [&]() -> int {
    Graph* const graph = static_cast<Graph*>(handle);
    if (!state().graphs.contains(graph)) return CUDA_ERROR_INVALID_HANDLE;
    if (count == nullptr) return CUDA_ERROR_INVALID_VALUE;
    std::vector<Node>& all = graph->recording->nodes;
    if (nodes != nullptr) {
      for (std::size_t i = 0; i < *count; i++) nodes[i] = i < all.size() ? &all[i] : nullptr;
      *count = std::min(*count, all.size());
    } else {
      *count = all.size();
    }
    return CUDA_SUCCESS;
  });
}

/** The type of a node that cuGraphGetNodes gave. */
KD_DRIVER cuGraphNodeGetType(void* node, int* type) {
  return call("cuGraphNodeGetType", Needs::context, [&]() -> int {
    if (node == nullptr || type == nullptr) return CUDA_ERROR_INVALID_VALUE;
    *type = int(static_cast<const Node*>(node)->kind);
    return CUDA_SUCCESS;
  });
}

KD_DRIVER cuEventCreate(void** event, unsigned flags) {
  return call("cuEventCreate", Needs::context, [&]() -> int {
    if (event == nullptr) return CUDA_ERROR_INVALID_VALUE;
    auto* const created = new Event{.device = current(), .timed = (flags & 2) == 0};
    state().events.insert(created);
    *event = created;
    return CUDA_SUCCESS;
  });
}

KD_DRIVER cuEventRecord(void* handle, void* streamHandle) {
  return call("cuEventRecord", Needs::context, [&]() -> int {
    Event* const event = ownEvent(handle);
    if (event == nullptr) return CUDA_ERROR_INVALID_HANDLE;
    Stream* stream;
    const int bad = streamOf(streamHandle, stream);
    if (bad != CUDA_SUCCESS) return bad;
    event->capture = stream == nullptr ? nullptr : stream->capture;
    event->recorded = event->capture.expired();
    event->time = std::chrono::steady_clock::now();
    return CUDA_SUCCESS;
  });
}

/** For functions that ask whether an event has come. */
static int askEvent(const char* function, void* handle) {
  return call(function, Needs::context, [&]() -> int {
    const Event* const event = ownEvent(handle);
    if (event == nullptr) return CUDA_ERROR_INVALID_HANDLE;
    return event->capture.expired() ? CUDA_SUCCESS : CUDA_ERROR_CAPTURED_EVENT;
  });
}

KD_DRIVER cuEventSynchronize(void* event) { return askEvent("cuEventSynchronize", event); }

KD_DRIVER cuEventQuery(void* event) { return askEvent("cuEventQuery", event); }

KD_DRIVER cuEventElapsedTime(float* milliseconds, void* from, void* to) {
  return call("cuEventElapsedTime", Needs::context, [&]() -> int {
    const Event* const first = ownEvent(from);
    const Event* const last = ownEvent(to);
    if (milliseconds == nullptr) return CUDA_ERROR_INVALID_VALUE;
    if (first == nullptr || last == nullptr || !first->timed || !last->timed || !first->recorded || !last->recorded) {
      return CUDA_ERROR_INVALID_HANDLE;
    }
    *milliseconds = std::chrono::duration<float, std::milli>(last->time - first->time).count();
    return CUDA_SUCCESS;
  });
}

KD_DRIVER cuEventElapsedTime_v2(float* milliseconds, void* from, void* to) {
  return cuEventElapsedTime(milliseconds, from, to);
}

KD_DRIVER cuEventDestroy_v2(void* handle) {
  return call("cuEventDestroy_v2", Needs::context, [&]() -> int {
    Event* const event = ownEvent(handle);
    if (event == nullptr) return CUDA_ERROR_INVALID_HANDLE;
    state().events.erase(event);
    delete event;
    return CUDA_SUCCESS;
  });
}
