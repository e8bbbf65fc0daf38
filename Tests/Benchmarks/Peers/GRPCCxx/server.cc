// The gRPC C++ server that ours is measured against: the same service, the same messages, on as
// few threads as gRPC allows. Usage: server callback|async|sync PORT CATALOGUE
// [CERTIFICATE KEY]; with BENCHMARK_GZIP=1 in its environment it compresses its replies.

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <unordered_map>
#include <vector>

#include <grpcpp/grpcpp.h>
#include <grpcpp/resource_quota.h>

#include "lianshe/benchmark/v1/benchmark.grpc.pb.h"

namespace api = lianshe::benchmark::v1;

namespace {

// What a service would keep in memory: the catalogue as plain values, made into a message for each
// request.
struct StoredIndicator {
  std::string code, name_zh, name_en, unit, part_of;
  unsigned scale;
  api::IndicatorKind kind;
  bool may_be_negative;
};

class Catalogue {
 public:
  explicit Catalogue(const char* path) {
    std::ifstream file(path);
    std::string line;
    // code, name_zh, name_en, unit, scale, kind, part_of, may_be_negative; separated by tabs.
    while (std::getline(file, line)) {
      std::vector<std::string> cells;
      std::stringstream rest(line);
      std::string cell;
      while (std::getline(rest, cell, '\t')) cells.push_back(cell);
      if (cells.size() != 8) continue;
      StoredIndicator stored{cells[0], cells[1], cells[2], cells[3], cells[6],
                             static_cast<unsigned>(std::stoul(cells[4])),
                             static_cast<api::IndicatorKind>(std::stoi(cells[5])),
                             cells[7] == "1"};
      if (stored.part_of == "-") stored.part_of.clear();
      indicators_.emplace(stored.code, stored);
    }
  }

  grpc::Status Get(const api::GetIndicatorRequest& request,
                   api::GetIndicatorResponse* response) const {
    auto found = indicators_.find(request.code());
    if (found == indicators_.end()) {
      return grpc::Status(grpc::StatusCode::NOT_FOUND, "no such indicator");
    }
    const StoredIndicator& stored = found->second;
    api::Indicator* indicator = response->mutable_indicator();
    indicator->set_code(stored.code);
    indicator->set_name_zh(stored.name_zh);
    indicator->set_name_en(stored.name_en);
    indicator->set_unit(stored.unit);
    indicator->set_scale(stored.scale);
    indicator->set_kind(stored.kind);
    indicator->set_part_of(stored.part_of);
    indicator->set_may_be_negative(stored.may_be_negative);
    return grpc::Status::OK;
  }

 private:
  std::unordered_map<std::string, StoredIndicator> indicators_;
};

void Echo(const api::EchoRequest& request, api::EchoResponse* response) {
  response->mutable_items()->CopyFrom(request.items());
}

// MARK: One completion queue, one thread

class Call {
 public:
  virtual ~Call() = default;
  virtual void Proceed(bool ok) = 0;
};

template <class Request, class Response>
class UnaryCall final : public Call {
 public:
  using Register = void (*)(api::BenchmarkService::AsyncService*, grpc::ServerContext*, Request*,
                            grpc::ServerAsyncResponseWriter<Response>*,
                            grpc::ServerCompletionQueue*, void*);
  using Handle = grpc::Status (*)(const Catalogue&, const Request&, Response*);

  UnaryCall(api::BenchmarkService::AsyncService* service, grpc::ServerCompletionQueue* queue,
            const Catalogue* catalogue, Register make, Handle handle)
      : service_(service), queue_(queue), catalogue_(catalogue), make_(make), handle_(handle),
        writer_(&context_) {
    make_(service_, &context_, &request_, &writer_, queue_, this);
  }

  void Proceed(bool ok) override {
    if (!ok || finished_) {
      delete this;
      return;
    }
    new UnaryCall(service_, queue_, catalogue_, make_, handle_);
    finished_ = true;
    Response response;
    grpc::Status status = handle_(*catalogue_, request_, &response);
    writer_.Finish(response, status, this);
  }

 private:
  api::BenchmarkService::AsyncService* service_;
  grpc::ServerCompletionQueue* queue_;
  const Catalogue* catalogue_;
  Register make_;
  Handle handle_;
  grpc::ServerContext context_;
  Request request_;
  grpc::ServerAsyncResponseWriter<Response> writer_;
  bool finished_ = false;
};

using IndicatorCall = UnaryCall<api::GetIndicatorRequest, api::GetIndicatorResponse>;
using EchoCall = UnaryCall<api::EchoRequest, api::EchoResponse>;

void ServeAsync(grpc::ServerBuilder* builder, const Catalogue& catalogue) {
  api::BenchmarkService::AsyncService service;
  builder->RegisterService(&service);
  std::unique_ptr<grpc::ServerCompletionQueue> queue = builder->AddCompletionQueue();
  std::unique_ptr<grpc::Server> server = builder->BuildAndStart();
  if (!server) std::exit(1);
  // Enough waiting for a burst of every connection.
  for (int waiting = 0; waiting < 1000; ++waiting) {
    new IndicatorCall(
        &service, queue.get(), &catalogue,
        [](auto* s, auto* context, auto* request, auto* writer, auto* q, void* tag) {
          s->RequestGetIndicator(context, request, writer, q, q, tag);
        },
        [](const Catalogue& c, const api::GetIndicatorRequest& request,
           api::GetIndicatorResponse* response) { return c.Get(request, response); });
    new EchoCall(
        &service, queue.get(), &catalogue,
        [](auto* s, auto* context, auto* request, auto* writer, auto* q, void* tag) {
          s->RequestEcho(context, request, writer, q, q, tag);
        },
        [](const Catalogue&, const api::EchoRequest& request, api::EchoResponse* response) {
          Echo(request, response);
          return grpc::Status::OK;
        });
  }
  void* tag;
  bool ok;
  while (queue->Next(&tag, &ok)) static_cast<Call*>(tag)->Proceed(ok);
}

// MARK: The callback interface

class CallbackService final : public api::BenchmarkService::CallbackService {
 public:
  explicit CallbackService(const Catalogue& catalogue) : catalogue_(catalogue) {}

  grpc::ServerUnaryReactor* GetIndicator(grpc::CallbackServerContext* context,
                                         const api::GetIndicatorRequest* request,
                                         api::GetIndicatorResponse* response) override {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(catalogue_.Get(*request, response));
    return reactor;
  }

  grpc::ServerUnaryReactor* Echo(grpc::CallbackServerContext* context,
                                 const api::EchoRequest* request,
                                 api::EchoResponse* response) override {
    ::Echo(*request, response);
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

 private:
  const Catalogue& catalogue_;
};

void ServeCallback(grpc::ServerBuilder* builder, const Catalogue& catalogue) {
  CallbackService service(catalogue);
  builder->RegisterService(&service);
  std::unique_ptr<grpc::Server> server = builder->BuildAndStart();
  if (!server) std::exit(1);
  server->Wait();
}

// MARK: The blocking interface

class BlockingService final : public api::BenchmarkService::Service {
 public:
  explicit BlockingService(const Catalogue& catalogue) : catalogue_(catalogue) {}

  grpc::Status GetIndicator(grpc::ServerContext*, const api::GetIndicatorRequest* request,
                            api::GetIndicatorResponse* response) override {
    return catalogue_.Get(*request, response);
  }

  grpc::Status Echo(grpc::ServerContext*, const api::EchoRequest* request,
                    api::EchoResponse* response) override {
    ::Echo(*request, response);
    return grpc::Status::OK;
  }

 private:
  const Catalogue& catalogue_;
};

void ServeBlocking(grpc::ServerBuilder* builder, const Catalogue& catalogue) {
  BlockingService service(catalogue);
  builder->RegisterService(&service);
  std::unique_ptr<grpc::Server> server = builder->BuildAndStart();
  if (!server) std::exit(1);
  server->Wait();
}

std::string Contents(const char* path) {
  std::ifstream file(path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4 && argc != 6) {
    std::cerr << "usage: server callback|async|sync PORT CATALOGUE [CERTIFICATE KEY]\n";
    return 2;
  }
  std::shared_ptr<grpc::ServerCredentials> credentials = grpc::InsecureServerCredentials();
  if (argc == 6) {
    grpc::SslServerCredentialsOptions options;
    options.pem_key_cert_pairs.push_back({Contents(argv[5]), Contents(argv[4])});
    credentials = grpc::SslServerCredentials(options);
  }
  Catalogue catalogue(argv[3]);
  grpc::ServerBuilder builder;
  builder.AddListeningPort(std::string("127.0.0.1:") + argv[2], credentials);
  builder.SetMaxReceiveMessageSize(16 << 20);
  const char* gzip = std::getenv("BENCHMARK_GZIP");
  if (gzip && std::string(gzip) == "1") {
    builder.SetDefaultCompressionAlgorithm(GRPC_COMPRESS_GZIP);
  }
  if (std::string(argv[1]) == "async") {
    ServeAsync(&builder, catalogue);
  } else if (std::string(argv[1]) == "sync") {
    ServeBlocking(&builder, catalogue);
  } else {
    ServeCallback(&builder, catalogue);
  }
}
